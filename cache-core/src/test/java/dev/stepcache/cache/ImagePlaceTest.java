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

class ImagePlaceTest {
  private static final Digest IMAGE = Digest.of(new byte[1]);
  private static final StoreReference REFERENCE = StoreReference.parse("oci://h/n@" + IMAGE);

  @TempDir Path folder;
  private CacheFolder cache;
  private Path file;

  @BeforeEach
  void makeOurFolder() throws IOException {
    cache = new CacheFolder(folder);
    file = cache.ours(ImagePlace.FILE);
    Files.createDirectories(file.getParent());
  }

  @Test
  void writesWhatTheFormatSays() throws IOException {
    ImagePlace.write(cache, REFERENCE);

    Golden.check("base", Files.readAllBytes(file));
    assertThat(ImagePlace.read(cache, IMAGE)).contains(REFERENCE);
    assertThat(file.getParent().toFile().list()).containsExactly(ImagePlace.FILE);
  }

  @Test
  void isThatOfItsImageOnly() throws IOException {
    ImagePlace.write(cache, REFERENCE);

    assertThat(ImagePlace.read(cache, Digest.of(new byte[2]))).isEmpty();
  }

  @Test
  void followsNoLinkWhenItIsWritten() throws IOException {
    Path elsewhere = Files.writeString(folder.resolve("elsewhere"), "mine");
    Files.createSymbolicLink(file, elsewhere);

    ImagePlace.write(cache, REFERENCE);

    assertThat(elsewhere).hasContent("mine");
    assertThat(ImagePlace.read(cache, IMAGE)).contains(REFERENCE);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "\n", "nonsense", "oci://", "oci://h/n:tag", "s3://h/n"})
  void countsAsMissingWhereItSaysNothing(String text) throws IOException {
    Files.writeString(file, text);

    assertThat(ImagePlace.read(cache, IMAGE)).isEmpty();
  }

  @Test
  void countsAsMissingWhereItIsNoFile() throws IOException {
    Files.createDirectory(file);

    assertThat(ImagePlace.read(cache, IMAGE)).isEmpty();
  }
}
