package dev.stepcache.outcome;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.stepcache.folder.OwnFile;
import dev.stepcache.key.CacheKey;
import dev.stepcache.key.KeyRecipe;
import dev.stepcache.key.RecipeText;
import dev.stepcache.key.Scope;
import dev.stepcache.oci.Digest;
import dev.stepcache.oci.Json;
import dev.stepcache.oci.MalformedDocumentException;
import dev.stepcache.store.StoreReference;
import dev.stepcache.transfer.Findings;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * What a fetch leaves for the upload of the same pod (docs/format.md, the record). A hint: missing
 * or damaged it costs time, never correctness.
 *
 * @param key what the fetch computed
 * @param recipe what made the key
 * @param reason how it ended
 * @param restored what it restored: what an upload builds on
 * @param scope for whom the cache is, which the upload saves it for
 * @param found what it found broken, in each store
 * @param latest the newest key's tag of which it saw that it holds nothing, or a cache
 * @param ended when it did, by this machine's clock
 */
public record FetchRecord(
    Optional<CacheKey> key,
    Optional<KeyRecipe> recipe,
    Reason reason,
    Optional<Restored> restored,
    Optional<Scope> scope,
    List<StoreFindings> found,
    Optional<StoreReference> latest,
    Instant ended) {
  private static final int LARGEST = 64 << 20;
  private static final int VERSION = 1;
  private static final int OPEN_TO_ALL = 0666;
  private static final Duration LONGEST_BUILD = Duration.ofDays(7);

  /** A pod has a step for each; more were left by nobody that is known. */
  private static final int MOST_RECORDS = 100;

  private static final String FOLDER = ".stepcache";
  private static final String SUFFIX = ".json";

  public FetchRecord {
    found = StoreFindings.merged(found, List.of());
  }

  /**
   * An image that was restored.
   *
   * @param reference where it lies, by its digest
   * @param bytes of files, unpacked
   * @param matched the tag that it was found under
   */
  public record Restored(StoreReference reference, Digest digest, long bytes, String matched) {}

  /** Whether the exact key was restored. */
  public boolean fetched() {
    return reason == Reason.HIT && restored.isPresent();
  }

  /**
   * The file in which the record of one template and its cache paths lies, below a folder that all
   * steps of a pod share.
   *
   * @param cachePaths the absolute cache path; of several {@code name=path} for each, in the order
   *     of the names, with a NUL between them
   */
  public static Path file(Path shared, String template, String cachePaths) {
    String name = Digest.of((template + '\0' + cachePaths).getBytes(StandardCharsets.UTF_8)).hex();
    return shared.resolve(FOLDER).resolve(name + SUFFIX);
  }

  /** What the fetches of a pod found broken in each store, of whatever template and cache path. */
  public static List<StoreFindings> found(Path shared) {
    List<StoreFindings> all = List.of();
    int records = 0;
    try (DirectoryStream<Path> files =
        Files.newDirectoryStream(shared.resolve(FOLDER), "*" + SUFFIX)) {
      for (Path file : files) {
        if (++records > MOST_RECORDS) {
          return all;
        }
        all = StoreFindings.merged(all, read(file).map(FetchRecord::found).orElse(List.of()));
      }
    } catch (IOException | DirectoryIteratorException e) {
      // A hint: what is not known is found broken again.
    }
    return all;
  }

  /**
   * How long the build has taken until now; empty where a cache of this very key was there before,
   * so that it built next to nothing, or where a clock was set.
   */
  public Optional<Duration> buildTime(Instant now) {
    Duration time = Duration.between(ended, now);
    return fetched() || time.toSeconds() < 1 || time.compareTo(LONGEST_BUILD) > 0
        ? Optional.empty()
        : Optional.of(time.truncatedTo(ChronoUnit.SECONDS));
  }

  /**
   * Writes the record whole or not at all, readable and replaceable for any user. What an earlier
   * fetch found broken stays in it.
   */
  public void write(Path file) throws IOException {
    List<StoreFindings> all = merged(read(file).map(FetchRecord::found).orElse(List.of()));
    ObjectNode root = Json.newObject();
    root.put("version", VERSION);
    key.ifPresent(value -> root.put("key", value.hex()));
    recipe.ifPresent(value -> root.put("recipe", RecipeText.write(value)));
    root.put("reason", reason.word());
    restored.ifPresent(value -> {
      root.put("ref", value.reference().toString());
      root.put("digest", value.digest().toString());
      root.put("bytes", value.bytes());
      root.put("matched", value.matched());
    });
    scope.ifPresent(value -> root.put("scope", value.text()));
    if (!all.isEmpty()) {
      ArrayNode array = root.putArray("found");
      all.forEach(some -> put(array.addObject(), some));
    }
    latest.ifPresent(value -> root.put("latest", value.toString()));
    root.put("ended", ended.toEpochMilli());
    Path folder = file.toAbsolutePath().getParent();
    if (folder != null && !Files.isDirectory(folder)) {
      Files.createDirectories(folder);
      Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxrwxrwx"));
    }
    // A step that is to end leaves word as well; an interrupt would close the file.
    boolean interrupted = Thread.interrupted();
    try (OwnFile.Replacement record = new OwnFile.Replacement(file, OPEN_TO_ALL)) {
      Channels.newOutputStream(record.channel()).write(Json.bytes(root));
      record.take();
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /** The record in a file; empty when there is none that can be understood. */
  public static Optional<FetchRecord> read(Path file) {
    try (InputStream in = Channels.newInputStream(OwnFile.open(file))) {
      byte[] bytes = in.readNBytes(LARGEST + 1);
      return bytes.length > LARGEST
          ? Optional.empty()
          : Optional.of(parse(Json.object(bytes, "record")));
    } catch (IOException | IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private static FetchRecord parse(JsonNode root) throws MalformedDocumentException {
    if (root.path("version").asInt() != VERSION) {
      throw new MalformedDocumentException("record: of another version");
    }
    return new FetchRecord(
        text(root, "key").map(CacheKey::new),
        text(root, "recipe").map(RecipeText::read),
        Reason.valueOf(root.path("reason").asText().toUpperCase(Locale.ROOT).replace('-', '_')),
        text(root, "ref")
            .flatMap(reference ->
                text(root, "digest")
                    .map(digest ->
                        new Restored(
                            StoreReference.parse(reference),
                            Digest.parse(digest),
                            root.path("bytes").asLong(),
                            root.path("matched").asText()))),
        text(root, "scope").map(Scope::of),
        foundIn(root),
        text(root, "latest").map(StoreReference::parse),
        Instant.ofEpochMilli(root.path("ended").asLong()));
  }

  /** An image that an earlier fetch could not restore may be another one by now. */
  private List<StoreFindings> merged(List<StoreFindings> earlier) {
    return StoreFindings.merged(
        found,
        earlier.stream()
            .map(some -> new StoreFindings(some.store(), Optional.empty(), some.findings()))
            .toList());
  }

  private static void put(ObjectNode node, StoreFindings found) {
    node.put("store", found.store().toString());
    found.broken().ifPresent(value -> node.put("broken", value.toString()));
    putDigests(node, "wrong", found.findings().broken());
    putDigests(node, "unread", found.findings().unread());
  }

  private static List<StoreFindings> foundIn(JsonNode root) {
    List<StoreFindings> all = new ArrayList<>();
    root.path("found")
        .forEach(node ->
            all.add(
                new StoreFindings(
                    StoreReference.parse(node.path("store").asText()),
                    text(node, "broken").map(Digest::parse),
                    new Findings(digests(node, "wrong"), digests(node, "unread")))));
    return all;
  }

  private static void putDigests(ObjectNode root, String name, Set<Digest> digests) {
    if (!digests.isEmpty()) {
      ArrayNode array = root.putArray(name);
      digests.stream().sorted().forEach(digest -> array.add(digest.toString()));
    }
  }

  private static Set<Digest> digests(JsonNode root, String name) {
    Set<Digest> digests = new HashSet<>();
    root.path(name).forEach(node -> digests.add(Digest.parse(node.asText())));
    return digests;
  }

  private static Optional<String> text(JsonNode root, String name) {
    JsonNode node = root.path(name);
    return node.isTextual() ? Optional.of(node.asText()) : Optional.empty();
  }
}
