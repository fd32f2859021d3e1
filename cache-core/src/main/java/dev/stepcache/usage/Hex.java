package dev.stepcache.usage;

/** Whether text is hexadecimal, in small letters. */
final class Hex {
  private Hex() {}

  static boolean isOf(String text, int digits) {
    return text.length() == digits && isOf(text);
  }

  static boolean isOf(String text) {
    return !text.isEmpty()
        && text.chars().allMatch(c -> (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'));
  }
}
