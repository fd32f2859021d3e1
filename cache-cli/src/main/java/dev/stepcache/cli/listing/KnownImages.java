package dev.stepcache.cli.listing;

import dev.stepcache.oci.Digest;
import dev.stepcache.store.Store;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/**
 * What was learned of the images of a repository, by their digests: it never changes. Kept in a
 * file of the user's own cache folder (XDG_CACHE_HOME), one for each repository, which is replaced
 * as a whole: of two processes at once one wins, and the other learns anew. A courtesy: what cannot
 * be read, or is damaged, is learned anew as well, and a file that cannot be written is none. Safe
 * for use by several threads.
 */
final class KnownImages {
  /** Ten megabytes a file. */
  private static final int MOST = 50_000;

  private static final int LONGEST = 200 * MOST;
  private static final int MOST_FILES = 16;

  private final Optional<Path> file;
  private final Map<Digest, KnownImage> before = new ConcurrentHashMap<>();
  private final Map<Digest, KnownImage> now = new ConcurrentHashMap<>();

  private KnownImages(Optional<Path> file) {
    this.file = file;
  }

  /** Those of a registry's repository; of a folder on this machine nothing is kept. */
  static KnownImages of(Store store, Map<String, String> environment) {
    KnownImages images =
        new KnownImages(
            store.toString().startsWith("oci://")
                ? folder(environment)
                    .map(folder ->
                        folder.resolve(
                            Digest.of(store.toString().getBytes(StandardCharsets.UTF_8)).hex()))
                : Optional.empty());
    images.file.ifPresent(images::read);
    return images;
  }

  private static Optional<Path> folder(Map<String, String> environment) {
    String cache = environment.getOrDefault("XDG_CACHE_HOME", "");
    String home = environment.getOrDefault("HOME", "");
    Optional<Path> base =
        // The specification (XDG base directories) has relative ones ignored.
        cache.startsWith("/")
            ? Optional.of(Path.of(cache))
            : home.startsWith("/") ? Optional.of(Path.of(home, ".cache")) : Optional.empty();
    return base.map(path -> path.resolve("stepcache").resolve("images-1"));
  }

  private void read(Path path) {
    try (InputStream in = Files.newInputStream(path)) {
      String text = new String(in.readNBytes(LONGEST), StandardCharsets.UTF_8);
      text.lines()
          .flatMap(line -> KnownImage.parse(line).stream())
          .forEach(known -> before.put(known.digest(), known));
    } catch (IOException e) {
      before.clear();
    }
  }

  Optional<KnownImage> find(Digest digest) {
    return Optional.ofNullable(now.getOrDefault(digest, before.get(digest)));
  }

  /** Keeps what was learned. */
  void add(KnownImage known) {
    now.put(known.digest(), known);
  }

  /** Writes down what was added, and what was known before as far as there is room. */
  void write() {
    if (file.isEmpty() || before.entrySet().containsAll(now.entrySet())) {
      return;
    }
    Path path = file.get();
    StringBuilder text = new StringBuilder();
    Stream.concat(
            now.values().stream(),
            before.values().stream().filter(known -> !now.containsKey(known.digest())))
        .limit(MOST)
        .flatMap(known -> known.line().stream())
        .forEach(line -> text.append(line).append('\n'));
    Path folder = path.resolveSibling("");
    try {
      Files.createDirectories(
          folder,
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
      Path temporary = Files.createTempFile(folder, "new", null);
      try {
        Files.writeString(temporary, text);
        Files.move(
            temporary, path, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      } finally {
        Files.deleteIfExists(temporary);
      }
      dropOldest(folder);
    } catch (IOException | UnsupportedOperationException | SecurityException e) {
      // A courtesy: the next listing asks again.
    }
  }

  private static void dropOldest(Path folder) throws IOException {
    List<Path> files = new ArrayList<>();
    try (DirectoryStream<Path> all = Files.newDirectoryStream(folder)) {
      all.forEach(files::add);
    }
    if (files.size() > MOST_FILES) {
      files.sort(Comparator.comparingLong(KnownImages::age));
      for (Path oldest : files.subList(0, files.size() - MOST_FILES)) {
        Files.deleteIfExists(oldest);
      }
    }
  }

  private static long age(Path path) {
    try {
      return Files.getLastModifiedTime(path).toMillis();
    } catch (IOException e) {
      // It was just replaced or removed by somebody else.
      return Long.MAX_VALUE;
    }
  }
}
