package dev.stepcache.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stepcache.archive.Compression;
import dev.stepcache.cache.Caches;
import dev.stepcache.cache.UploadRequest;
import dev.stepcache.connect.OpenStores;
import dev.stepcache.key.CacheKey;
import dev.stepcache.oci.Tag;
import dev.stepcache.outcome.Reason;
import dev.stepcache.registry.RealRegistry;
import dev.stepcache.store.Store;
import dev.stepcache.store.StoreReference;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/**
 * A repository of many caches, no two of which share a manifest, a config or an index. How long
 * each listing takes, as a process of its own, stands in {@code target/listing.csv}.
 */
@org.junit.jupiter.api.Tag("program")
@org.junit.jupiter.api.Tag("slow")
class ManyCachesTest extends CliCase {
  /** {@code ./verify --long} has 10,000. */
  private static final int MANY = Integer.getInteger("tags", 300);

  private Path log() {
    return folder.resolve("listing");
  }

  private Duration list(String repository, String... options) throws Exception {
    List<String> command =
        new ArrayList<>(
            List.of(
                ProcessHandle.current().info().command().orElseThrow(),
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                Stepcache.class.getName(),
                "list",
                "--insecure"));
    command.addAll(List.of(options));
    command.add(repository);
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log().toFile());
    builder.environment().put("HOME", folder.toString());
    builder.environment().put("XDG_CACHE_HOME", folder.resolve("known").toString());
    Instant begin = Instant.now();
    int code = builder.start().waitFor();
    assertThat(code).as(Files.readString(log())).isZero();
    return Duration.between(begin, Instant.now());
  }

  private void save(Store store, String repository, int number) {
    Tag tag = new Tag("tag-" + number);
    try {
      Path tree = Files.createDirectories(folder.resolve("trees/" + number));
      Files.writeString(tree.resolve("file-" + number), "of " + number);
      StoreReference target = StoreReference.repository(repository).with(tag);
      Reason reason =
          Caches.in(tree)
              .upload(
                  new UploadRequest(
                      store,
                      target,
                      tag,
                      Optional.empty(),
                      Optional.of(new CacheKey(String.format("%064x", number))),
                      Optional.empty(),
                      UploadRequest.When.MISS,
                      Compression.USUAL,
                      Optional.empty(),
                      Optional.empty(),
                      reference -> {
                        throw new IOException("no other repository is open");
                      }))
              .reason();
      assertThat(reason).isEqualTo(Reason.SAVED);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void isListedByNameAtOnceAndInDetailWithThreeRequestsForEachThatIsNew() throws Exception {
    try (RealRegistry registry = RealRegistry.open(folder);
        OpenStores stores = stores()) {
      String repository = "oci://" + registry.host() + "/team/many";
      Store store = stores.of(StoreReference.repository(repository));
      IntStream.range(0, MANY).parallel().forEach(number -> save(store, repository, number));
      long saved = reads(registry);
      List<String> times = new ArrayList<>(List.of("of " + MANY + ",ms"));

      times.add("names," + list(repository, "--names").toMillis());
      assertThat(Files.readAllLines(log())).hasSize(MANY).contains("tag-0", "tag-" + (MANY - 1));
      assertThat(reads(registry)).isEqualTo(saved);

      times.add("details," + list(repository).toMillis());
      assertThat(Files.readAllLines(log()))
          .hasSize(MANY + 2)
          .last()
          .asString()
          .startsWith(MANY + " caches in " + MANY + " tags, ");
      assertThat(reads(registry)).isEqualTo(saved + 3L * MANY);

      times.add("details again," + list(repository).toMillis());
      assertThat(reads(registry)).isEqualTo(saved + 4L * MANY);
      Files.write(Path.of("target/listing.csv"), times);
    }
  }

  /** How many manifests and blobs were asked for. */
  private static long reads(RealRegistry registry) throws IOException {
    return registry.requests().stream()
        .filter(request -> request.matches("GET /v2/team/many/(manifests|blobs)/.*"))
        .count();
  }
}
