package dev.stepcache.cache;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.stepcache.Golden;
import dev.stepcache.format.Expiry;
import dev.stepcache.oci.Manifest;
import dev.stepcache.oci.MediaType;
import dev.stepcache.oci.Tag;
import dev.stepcache.outcome.Reason;
import dev.stepcache.restore.RestoreMode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.attribute.FileTime;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** An image that says after how long its registry may delete it. */
class ExpiryTest extends OddTree {
  private static final Tag TAG = new Tag(Bench.KEY.hex());

  @BeforeEach
  void makeACache() throws IOException {
    write("file", "content");
    Files.setLastModifiedTime(tree.resolve("file"), FileTime.fromMillis(1_700_000_000_000L));
  }

  private Manifest manifest() throws IOException {
    return Manifest.parse(
        bench.store.manifest(TAG).orElseThrow().content(), MediaType.OCI_MANIFEST);
  }

  private String config() throws IOException {
    try (InputStream config = bench.store.blob(manifest().config())) {
      return new String(config.readAllBytes(), UTF_8);
    }
  }

  @Test
  void isALabelAndAnAnnotationAsTheFormatSays() throws IOException {
    bench.expiry = Expiry.parse("14d");

    assertThat(bench.upload(tree).reason()).isEqualTo(Reason.SAVED);

    Golden.check(
        "expiry",
        ("config of "
                + config().replaceAll("sha256:[0-9a-f]{64}", "DIGEST")
                + "\n"
                + manifest().annotations().toString().replace(Bench.KEY.hex(), "KEY")
                + "\n")
            .getBytes(UTF_8));
    assertThat(bench.fetch(restored, RestoreMode.SHARED).reason()).isEqualTo(Reason.HIT);
  }

  @Test
  void isInNoImageThatNobodyAskedItFor() throws IOException {
    bench.upload(tree);

    assertThat(config()).contains("\"config\":{}");
    assertThat(manifest().annotations()).hasSize(2);
  }

  @Test
  void isNoReasonToSaveWhatIsThere() throws IOException {
    bench.upload(tree);
    bench.expiry = Expiry.parse("14d");

    assertThat(bench.upload(tree).reason()).isEqualTo(Reason.EXISTS);
    assertThat(bench.upload(tree, UploadRequest.When.CHANGED, Optional.empty()).reason())
        .isEqualTo(Reason.UNCHANGED);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "0d", "14", "d", "-1d", "1.5d", "14 d", "14D", "1m", "100000h"})
  void isANumberOfHoursDaysOrWeeks(String text) {
    assertThat(Expiry.parse(text)).isEmpty();
    assertThat(Expiry.parse("12h")).contains(new Expiry("12h"));
  }
}
