package dev.stepcache.cache;

import dev.stepcache.restore.FileTimes;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A tree of over 2,400 entries with all that is odd and legal, the same for the same seed, whatever
 * the order in which its entries are made.
 */
final class GeneratedTree {
  private static final List<String> ODD_NAMES =
      List.of(
          "new\nline",
          "\r\u001b[31mred",
          "n".repeat(255),
          "\u20ac".repeat(85),
          "-rf",
          " ",
          "...",
          ".wh.file",
          ".wh..wh..opq",
          ".stepcache",
          "%41",
          "back\\slash",
          "*?[a]{b,c}",
          "quote'\"`$(x)",
          "Twin",
          "tWIN",
          "\u00e9",
          "e\u0301",
          "\ufffd",
          "\ud83d\ude00",
          "con.",
          "a-b",
          "a.b");
  private static final int[] FILE_MODES = {
    0644, 0755, 0600, 0400, 0444, 0777, 04755, 02755, 0664, 0000, 0111, 0200
  };
  private static final int[] FOLDER_MODES = {0755, 0555, 0700, 02775, 01777, 0500};
  private static final long[] TIMES = {
    0, 1, 999_999_999L, 7_258_118_400_123_456_789L, 315_532_800_000_000_000L
  };

  private final Random random;
  private final SortedMap<String, Making> entries = new TreeMap<>();
  private final SortedMap<String, Making> second = new TreeMap<>();
  private final SortedMap<String, Integer> modes = new TreeMap<>();
  private final SortedMap<String, Long> times = new TreeMap<>();
  private final List<String> folders = new ArrayList<>(List.of(""));

  private interface Making {
    void at(Path path) throws IOException;
  }

  private GeneratedTree(long seed) {
    this.random = new Random(seed);
  }

  /** Makes the tree in a folder; returns how many entries it has. */
  static int make(Path root, long seed, boolean reversed) throws IOException {
    GeneratedTree tree = new GeneratedTree(seed);
    tree.think();
    tree.write(root, reversed);
    return tree.times.size();
  }

  private void think() {
    for (int number = 0; number < 200; number++) {
      folder(name(folders.get(random.nextInt(folders.size())), number));
    }
    String deep = "";
    for (int level = 0; level < 70; level++) {
      deep = child(deep, "level-" + level + "-" + "d".repeat(30));
      folder(deep);
    }
    file(child(deep, "deepest"), 10);
    for (int number = 0; number < 1500; number++) {
      int size = number % 10 == 0 ? random.nextInt(200_000) : random.nextInt(300);
      file(name(anyFolder(), 1000 + number), size);
    }
    for (int number = 0; number < 300; number++) {
      symlink(name(anyFolder(), 3000 + number), number);
    }
    for (int number = 0; number < 100; number++) {
      String first = name(anyFolder(), 4000 + number);
      file(first, 100 + number);
      for (int more = 0; more <= number % 3; more++) {
        link(name(anyFolder(), 5000 + 3 * number + more), first);
      }
    }
    for (int number = 0; number < 20; number++) {
      sparse(name(anyFolder(), 6000 + number), number);
    }
    for (int number = 0; number < 40; number++) {
      folder(child(anyFolder(), "empty" + number));
    }
  }

  private String anyFolder() {
    return folders.get(random.nextInt(folders.size()));
  }

  private static String child(String folder, String name) {
    return folder.isEmpty() ? name : folder + "/" + name;
  }

  /** A name that is not taken, odd where an odd one is free; of bounded depth. */
  private String name(String folder, int number) {
    String parent = folder.length() > 700 && number < 1000 ? "" : folder;
    String odd = child(parent, ODD_NAMES.get(random.nextInt(ODD_NAMES.size())));
    boolean free =
        !entries.containsKey(odd) && !second.containsKey(odd) && !odd.equals(".stepcache");
    return free ? odd : child(parent, "n" + number);
  }

  private long time() {
    return random.nextInt(4) == 0
        ? TIMES[random.nextInt(TIMES.length)]
        : random.nextLong(1_900_000_000_000_000_000L);
  }

  private void folder(String name) {
    folders.add(name);
    entries.put(name, Files::createDirectories);
    modes.put(name, FOLDER_MODES[random.nextInt(FOLDER_MODES.length)]);
    times.put(name, time());
  }

  private void file(String name, int size) {
    byte[] content = new byte[size];
    random.nextBytes(content);
    entries.put(name, path -> Files.write(path, content));
    modes.put(name, FILE_MODES[random.nextInt(FILE_MODES.length)]);
    times.put(name, time());
  }

  private void sparse(String name, int number) {
    long size = 100_000L * (number + 1) + number;
    byte[] content = ("data" + number).getBytes(StandardCharsets.UTF_8);
    entries.put(
        name,
        path -> {
          try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw")) {
            file.setLength(size);
            if (number % 2 == 0) {
              file.seek(size / 2);
              file.write(content);
            }
          }
        });
    modes.put(name, 0644);
    times.put(name, time());
  }

  private void symlink(String name, int number) {
    String target =
        switch (number % 6) {
          case 0 -> "/nowhere/" + number;
          case 1 -> "../".repeat(number % 40 + 1) + "etc/passwd";
          case 2 -> "new\nline \u00e9";
          case 3 -> "t".repeat(4000);
          case 4 -> ".";
          default -> "n" + number;
        };
    entries.put(name, path -> Files.createSymbolicLink(path, Path.of(target)));
    times.put(name, time());
  }

  private void link(String name, String first) {
    second.put(name, path -> Files.createLink(path, root(path, name).resolve(first)));
    times.put(name, Objects.requireNonNull(times.get(first)));
  }

  private static Path root(Path path, String name) {
    Path root = path;
    for (int level = Path.of(name).getNameCount(); level > 0; level--) {
      root = root.getParent();
    }
    return root;
  }

  private void write(Path root, boolean reversed) throws IOException {
    make(root, entries, reversed);
    make(root, second, reversed);
    List<String> names = new ArrayList<>(times.keySet());
    // What is below comes first: a mode may close it.
    Collections.reverse(names);
    boolean all = "root".equals(System.getProperty("user.name"));
    for (String name : names) {
      Path path = root.resolve(name);
      Integer mode = modes.get(name);
      if (mode != null) {
        Files.setAttribute(path, "unix:mode", all ? mode : mode | 0400);
      }
      FileTimes.set(path, Objects.requireNonNull(times.get(name)));
    }
  }

  private static void make(Path root, SortedMap<String, Making> makings, boolean reversed)
      throws IOException {
    List<String> names = new ArrayList<>(makings.keySet());
    if (reversed) {
      Collections.reverse(names);
    }
    for (String name : names) {
      Path path = root.resolve(name);
      Files.createDirectories(path.getParent());
      Objects.requireNonNull(makings.get(name)).at(path);
    }
  }
}
