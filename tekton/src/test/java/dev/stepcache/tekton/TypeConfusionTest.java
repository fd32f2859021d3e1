package dev.stepcache.tekton;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stepcache.registry.FakeRegistry;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A document that could be taken for two kinds is refused, always in the same way. */
class TypeConfusionTest {
  private static final String MANIFEST = "application/vnd.oci.image.manifest.v1+json";
  private static final String INDEX = "application/vnd.oci.image.index.v1+json";
  private static final String LAYERS = "\"layers\":[";

  @TempDir Path folder;
  private final FakeRegistry registry = FakeRegistry.tls();
  private String whole = "";

  /** Saves an image, to be confused. */
  @BeforeEach
  void save() throws IOException {
    Files.createDirectories(folder.resolve("tree"));
    Files.writeString(folder.resolve("tree/file"), "content");
    assertThat(pod("tree").upload(reference()).results()).containsEntry("uploaded", "true");
    whole = new String(registry.manifest("ci/cache", "v1").orElseThrow(), StandardCharsets.UTF_8);
  }

  @AfterEach
  void close() {
    registry.close();
  }

  private OnePod pod(String cachePath) throws IOException {
    return new OnePod(Files.createTempDirectory(folder, "pod"))
        .patterns()
        .param("CACHE_PATH", folder.resolve(cachePath).toString())
        .param("CA", FakeRegistry.authority(folder).toString());
  }

  private String reference() {
    return "oci://" + registry.host() + "/ci/cache:v1";
  }

  /** What is made of a whole manifest, and how it is served. */
  private enum Confusion {
    MANIFEST_AND_INDEX(MANIFEST) {
      @Override
      String of(String whole) {
        return whole.replace(LAYERS, "\"manifests\":[]," + LAYERS);
      }
    },
    INDEX_AND_MANIFEST(INDEX) {
      @Override
      String of(String whole) {
        return whole.replace(MANIFEST, INDEX).replace(LAYERS, "\"manifests\":[]," + LAYERS);
      }
    },
    SERVED_AS_AN_INDEX(INDEX) {
      @Override
      String of(String whole) {
        return whole;
      }
    },
    SAYS_THAT_IT_IS_AN_INDEX(MANIFEST) {
      @Override
      String of(String whole) {
        return whole.replace(MANIFEST, INDEX);
      }
    },
    CONFIG_OF_ANOTHER_KIND(MANIFEST) {
      @Override
      String of(String whole) {
        return whole.replace("image.config.v1+json", "image.layer.v1.tar");
      }
    },
    LAYER_OF_ANOTHER_KIND(MANIFEST) {
      @Override
      String of(String whole) {
        return whole.replace("application/vnd.oci.image.layer.v1.tar+zstd", "text/html");
      }
    };

    private final String served;

    Confusion(String served) {
      this.served = served;
    }

    abstract String of(String whole);
  }

  @Test
  void theImageThatIsConfusedHereWouldBeRestored() throws IOException {
    assertThat(whole).contains(LAYERS, MANIFEST);
    assertThat(pod("restored").fetch(reference()).results()).containsEntry("fetched", "true");
  }

  @ParameterizedTest
  @EnumSource
  void refusesEachTheSameWayTenTimesOver(Confusion confusion) throws IOException {
    String confused = confusion.of(whole);
    registry.addManifest(
        "ci/cache", "v1", confusion.served, confused.getBytes(StandardCharsets.UTF_8));
    Set<Map<String, String>> ends = new HashSet<>();
    for (int time = 0; time < 10; time++) {
      OnePod.Ran ran = pod("restored").fetch(reference());
      assertThat(ran.exitCode()).isZero();
      ends.add(ran.results());
    }
    assertThat(ends)
        .singleElement()
        .satisfies(end ->
            assertThat(end).containsEntry("fetched", "false").containsEntry("reason", "corrupt"));
    assertThat(folder.resolve("restored")).isEmptyDirectory();
  }
}
