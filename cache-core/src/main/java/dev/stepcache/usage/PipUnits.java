package dev.stepcache.usage;

import dev.stepcache.tree.EntryName;

/** A response as pip keeps it, with its body; and the folder of a wheel that pip built. */
final class PipUnits {
  private static final String BODY = ".body";

  private PipUnits() {}

  static String of(String name) {
    String[] parts = name.split("/", -1);
    return switch (parts[0]) {
      case "http", "http-v2" -> response(name, parts);
      case "wheels" ->
          parts.length == 6
                  && Hex.isOf(parts[1], 2)
                  && Hex.isOf(parts[2], 2)
                  && Hex.isOf(parts[3], 2)
                  && Hex.isOf(parts[4])
              ? EntryName.parent(name)
              : Units.NO_UNIT;
      default -> Units.NO_UNIT;
    };
  }

  private static String response(String name, String[] parts) {
    String unit = name.endsWith(BODY) ? name.substring(0, name.length() - BODY.length()) : name;
    boolean isResponse = parts.length == 7 && Hex.isOf(unit.substring(unit.lastIndexOf('/') + 1));
    for (int at = 1; isResponse && at < 6; at++) {
      isResponse = Hex.isOf(parts[at], 1);
    }
    return isResponse ? unit : Units.NO_UNIT;
  }
}
