package dev.stepcache.cli.explain;

import dev.stepcache.key.KeyRecipe;
import dev.stepcache.key.LockFile;
import dev.stepcache.oci.Digest;
import dev.stepcache.text.Printable;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What usually stands behind a difference between two keys, as far as the two recipes and the files
 * of the newer one tell.
 *
 * @param folder what the names of the newer recipe's files are relative to
 */
record KnownCauses(KeyRecipe older, KeyRecipe newer, Path folder) {
  /** Whoever has larger lock files has no trouble with line ends. */
  private static final int LARGEST = 16 << 20;

  private static final int CR = '\r';
  private static final int LF = '\n';

  /** A sentence each; none where nothing is known. */
  List<String> all() {
    List<String> causes = new ArrayList<>();
    platform().ifPresent(causes::add);
    extras().ifPresent(causes::add);
    Map<String, LockFile> before = byName(older);
    Map<String, LockFile> now = byName(newer);
    moved(before, now).ifPresent(causes::add);
    for (LockFile file : newer.files()) {
      LockFile earlier = before.get(file.name());
      if (earlier != null && !earlier.equals(file)) {
        lineEnds(earlier, file).ifPresent(causes::add);
      }
    }
    return causes;
  }

  private static Map<String, LockFile> byName(KeyRecipe recipe) {
    Map<String, LockFile> files = new HashMap<>();
    recipe.files().forEach(file -> files.put(file.name(), file));
    return files;
  }

  private Optional<String> platform() {
    if (older.platform().equals(newer.platform())) {
      return Optional.empty();
    }
    return Optional.of(
        older.platform().isEmpty() || newer.platform().isEmpty()
            ? "one of the two was made without the platform (KEY_PLATFORM \"false\"): give both"
                + " the same"
            : "another platform has caches of its own: that is as it should be, unless the tree"
                + " fits any platform (KEY_PLATFORM \"false\")");
  }

  private Optional<String> extras() {
    if (older.extras().equals(newer.extras())) {
      return Optional.empty();
    }
    if (older.extras().stream()
        .sorted()
        .toList()
        .equals(newer.extras().stream().sorted().toList())) {
      return Optional.of(
          "KEY_EXTRA has the same values in another order: the order is part of the key");
    }
    return Optional.of(
        older.extras().size() == newer.extras().size()
            ? "a value of KEY_EXTRA changed, such as a tool's version"
            : "KEY_EXTRA has more or fewer values: does each step and command give the same?");
  }

  /** Files that have another name now, and the same content. */
  private Optional<String> moved(Map<String, LockFile> before, Map<String, LockFile> now) {
    Map<String, String> gone = new HashMap<>();
    for (LockFile file : older.files()) {
      if (!now.containsKey(file.name())) {
        gone.put(file.sha256(), file.name());
      }
    }
    List<LockFile> renamed =
        newer.files().stream()
            .filter(file -> !before.containsKey(file.name()) && gone.containsKey(file.sha256()))
            .toList();
    if (renamed.isEmpty()) {
      return Optional.empty();
    }
    LockFile first = renamed.getFirst();
    String old = gone.getOrDefault(first.sha256(), "");
    String both =
        Printable.name(first.name()) + " has the content that " + Printable.name(old) + " had";
    boolean otherFolder = first.name().endsWith("/" + old) || old.endsWith("/" + first.name());
    return Optional.of(
        both
            + (otherFolder
                ? ": names are relative to WORKING_DIR, which was another folder then"
                : ": it was renamed, and names are part of the key"));
  }

  /** A file that differs by its line ends alone. */
  private Optional<String> lineEnds(LockFile earlier, LockFile file) {
    if (file.length() > LARGEST || file.length() == earlier.length()) {
      return Optional.empty();
    }
    byte[] content;
    try {
      content = Files.readAllBytes(folder.resolve(file.name()));
    } catch (IOException e) {
      return Optional.empty();
    }
    byte[] unix = lines(content, false);
    boolean same =
        sha256(unix).equals(earlier.sha256()) || sha256(lines(unix, true)).equals(earlier.sha256());
    return same
        ? Optional.of(
            Printable.name(file.name())
                + " differs by its line ends alone: git turns them (core.autocrlf); keep them by"
                + " '* -text' or 'eol=lf' in .gitattributes")
        : Optional.empty();
  }

  /** The same lines, with a CR before each LF or without. */
  private static byte[] lines(byte[] content, boolean carriageReturns) {
    ByteArrayOutputStream out = new ByteArrayOutputStream(content.length);
    for (int at = 0; at < content.length; at++) {
      if (content[at] == CR && at + 1 < content.length && content[at + 1] == LF) {
        continue;
      }
      if (content[at] == LF && carriageReturns) {
        out.write(CR);
      }
      out.write(content[at]);
    }
    return out.toByteArray();
  }

  private static String sha256(byte[] content) {
    return Digest.of(content).hex();
  }
}
