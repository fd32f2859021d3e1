package dev.stepcache.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stepcache.layout.LayoutStore;
import dev.stepcache.oci.Descriptor;
import dev.stepcache.oci.Digest;
import dev.stepcache.oci.Manifest;
import dev.stepcache.restore.TreeSnapshot;
import dev.stepcache.store.StoredManifest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Java takes file names for ASCII where no locale says otherwise, and refuses all others. */
class StepsInEveryLocaleIT {
  private static final String[] LOCALES = {"C.UTF-8", "C", "POSIX"};

  @TempDir private Path folder;
  private Path tree;

  @BeforeEach
  void makeATree() throws IOException {
    tree = folder.resolve("tree");
    GoBuild.fill(tree, 20, 1000);
    Path odd = Files.createDirectories(tree.resolve("naïve – 日本\n"));
    Files.createSymbolicLink(odd.resolve("größe"), Path.of("../ß/nowhere"));
  }

  private LocalPod pod(String locale, Path cachePath) throws IOException {
    return new LocalPod(folder.resolve("runs"), cachePath).variable("LC_ALL", locale);
  }

  @Test
  void saveAndRestoreTheSame() throws IOException {
    SortedMap<String, TreeSnapshot.Entry> saved = TreeSnapshot.of(tree);
    Map<String, String> first = null;
    for (String locale : LOCALES) {
      Path store = folder.resolve("store-" + locale);
      String reference = "file://" + store + ":same";
      StepRun upload = pod(locale, tree).upload(reference).await();
      assertThat(upload.results()).as(upload.log()).containsEntry("uploaded", "true");
      Path restored = folder.resolve("restored-" + locale);
      StepRun fetch =
          pod(locale, restored).param("RESTORE_MODE", "preserve").fetch(reference).await();
      assertThat(fetch.results()).as(fetch.log()).containsEntry("fetched", "true");

      assertThat(TreeSnapshot.of(restored)).isEqualTo(saved);
      Map<String, String> told =
          Map.of(
              "layers",
              content(store, upload.results().get("digest")),
              "same",
              content(store, fetch.results().get("digest")));
      first = first == null ? told : first;
      assertThat(told).as(locale).isEqualTo(first);
    }
  }

  /** The content layers: the index layer tells when the image was saved. */
  private static String content(Path store, String digest) throws IOException {
    StoredManifest image = new LayoutStore(store).manifest(Digest.parse(digest)).orElseThrow();
    List<Descriptor> layers = Manifest.parse(image.content(), image.mediaType()).layers();
    return layers.subList(0, layers.size() - 1).stream()
        .map(layer -> layer.digest().toString())
        .collect(Collectors.joining(" "));
  }
}
