package dev.stepcache.key;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A recipe as lines of text (docs/format.md, the key's recipe): one word, then its value. */
public final class RecipeText {
  private static final String VERSION = "stepcache-key-1";
  private static final String TEMPLATE = "template ";
  private static final String PLATFORM = "platform ";
  private static final String EXTRA = "extra ";
  private static final String FILE = "file ";
  private static final int HEX = 64;
  private static final Pattern ESCAPE = Pattern.compile("\\\\.?");

  private RecipeText() {}

  /** The text of a recipe (docs/format.md, the recipe). */
  public static String write(KeyRecipe recipe) {
    StringBuilder text = new StringBuilder(VERSION).append('\n');
    text.append(TEMPLATE).append(escaped(recipe.template())).append('\n');
    recipe.platform().ifPresent(platform -> text.append(PLATFORM).append(platform).append('\n'));
    recipe.extras().forEach(extra -> text.append(EXTRA).append(extra).append('\n'));
    for (LockFile file : recipe.files()) {
      text.append(FILE).append(file.sha256()).append(' ').append(file.length()).append(' ');
      text.append(escaped(file.name())).append('\n');
    }
    return text.toString();
  }

  /**
   * Reads what {@link #write} wrote.
   *
   * @throws IllegalArgumentException for anything else
   */
  public static KeyRecipe read(String text) {
    if (text.length() > KeyRecipe.LARGEST || !text.endsWith("\n")) {
      throw new IllegalArgumentException("a key's recipe is too long or cut");
    }
    List<String> lines = List.of(text.substring(0, text.length() - 1).split("\n", -1));
    if (!lines.getFirst().equals(VERSION)) {
      throw new IllegalArgumentException("a key's recipe does not begin with " + VERSION);
    }
    int at = 1;
    String template = plain(value(lines, at++, TEMPLATE));
    Optional<String> platform = Optional.empty();
    if (at < lines.size() && lines.get(at).startsWith(PLATFORM)) {
      platform = Optional.of(value(lines, at++, PLATFORM));
    }
    List<String> extras = new ArrayList<>();
    while (at < lines.size() && lines.get(at).startsWith(EXTRA)) {
      extras.add(value(lines, at++, EXTRA));
    }
    List<LockFile> files = new ArrayList<>();
    while (at < lines.size()) {
      files.add(file(value(lines, at++, FILE)));
    }
    return new KeyRecipe(template, platform, extras, files);
  }

  private static String value(List<String> lines, int at, String word) {
    if (at >= lines.size() || !lines.get(at).startsWith(word)) {
      throw new IllegalArgumentException(
          "a key's recipe lacks '" + word.strip() + "' on line " + (at + 1));
    }
    return lines.get(at).substring(word.length());
  }

  private static LockFile file(String value) {
    int space = value.indexOf(' ', HEX + 1);
    if (space < 0 || value.charAt(HEX) != ' ') {
      throw new IllegalArgumentException("invalid file line in key recipe");
    }
    String length = value.substring(HEX + 1, space);
    LockFile file =
        new LockFile(
            plain(value.substring(space + 1)), Long.parseLong(length), value.substring(0, HEX));
    if (!Long.toString(file.length()).equals(length)) {
      throw new IllegalArgumentException("invalid length in key recipe");
    }
    return file;
  }

  private static String escaped(String text) {
    return text.replace("\\", "\\\\").replace("\n", "\\n");
  }

  private static String plain(String escaped) {
    Matcher escape = ESCAPE.matcher(escaped);
    return escape.replaceAll(found ->
        switch (found.group()) {
          case "\\\\" -> "\\\\";
          case "\\n" -> "\n";
          default -> throw new IllegalArgumentException("invalid escape in key recipe");
        });
  }
}
