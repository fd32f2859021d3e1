package dev.stepcache.cache;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stepcache.Golden;
import dev.stepcache.oci.Digest;
import dev.stepcache.restore.CacheFolder;
import dev.stepcache.store.StoreReference;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BaseReferenceTest {
  private static final Digest IMAGE = Digest.of(new byte[1]);
  private static final StoreReference REFERENCE = StoreReference.parse("oci://h/n@" + IMAGE);

  @TempDir Path folder;
  private CacheFolder cache;
  private Path file;

  @BeforeEach
  void makeOurFolder() throws IOException {
    cache = new CacheFolder(folder);
    file = cache.ours(BaseReference.FILE);
    Files.createDirectories(file.getParent());
  }

  @Test
  void writesWhatTheFormatSays() throws IOException {
    BaseReference.write(cache, REFERENCE);

    Golden.check("base", Files.readAllBytes(file));
    assertThat(BaseReference.read(cache, IMAGE)).contains(REFERENCE);
    assertThat(file.getParent().toFile().list()).containsExactly(BaseReference.FILE);
  }

  @Test
  void isThatOfItsImageOnly() throws IOException {
    BaseReference.write(cache, REFERENCE);

    assertThat(BaseReference.read(cache, Digest.of(new byte[2]))).isEmpty();
  }

  @Test
  void followsNoLinkWhenItIsWritten() throws IOException {
    Path elsewhere = Files.writeString(folder.resolve("elsewhere"), "mine");
    Files.createSymbolicLink(file, elsewhere);

    BaseReference.write(cache, REFERENCE);

    assertThat(elsewhere).hasContent("mine");
    assertThat(BaseReference.read(cache, IMAGE)).contains(REFERENCE);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "\n", "nonsense", "oci://", "oci://h/n:tag", "s3://h/n", "s3://bucket/n:tag"})
  void countsAsMissingWhereItSaysNothing(String text) throws IOException {
    Files.writeString(file, text);

    assertThat(BaseReference.read(cache, IMAGE)).isEmpty();
  }

  @Test
  void countsAsMissingWhereItIsNoFile() throws IOException {
    Files.createDirectory(file);

    assertThat(BaseReference.read(cache, IMAGE)).isEmpty();
  }
}
