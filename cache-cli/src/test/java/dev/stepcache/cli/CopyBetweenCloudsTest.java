package dev.stepcache.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stepcache.s3.S3Server;
import dev.stepcache.s3.SharedS3;
import java.io.IOException;
import java.nio.file.Files;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Caches from one service of S3 to another, where a bucket has the same name. */
@Tag("program")
class CopyBetweenCloudsTest extends CliCase {
  @RegisterExtension static final SharedS3 HERE = SharedS3.moto();
  @RegisterExtension static final SharedS3 THERE = SharedS3.moto();

  private String bucket = "";

  @BeforeEach
  void makeTheBuckets() throws IOException {
    bucket = HERE.bucket();
    assertThat(THERE.bucket()).isEqualTo(bucket);
  }

  @Override
  Map<String, String> environment() {
    return new BucketOfCaches(HERE.server(), bucket).environment(folder);
  }

  private String repository() {
    return "s3://" + bucket + "/cache";
  }

  private static String at(S3Server server) {
    return "?region=us-east-1&endpoint=" + server.endpoint();
  }

  private Ran verify(String query, String tag) {
    return runInsecurely("verify", "--blob-query-params", query, repository() + ":" + tag);
  }

  @Test
  void eachSideIsReachedInItsOwnWay() throws IOException {
    saveTwo(repository());

    Ran there =
        runInsecurely(
            "copy",
            "--sync",
            "--target-blob-query-params",
            at(THERE.server()),
            repository(),
            repository());

    assertThat(there.err()).isEmpty();
    assertThat(there.out()).contains("copied 3 of 3 tags, sent ").doesNotContain("sent 0 bytes");
    assertThat(verify(at(THERE.server()), "first").code()).isZero();

    Ran back =
        runInsecurely(
            "copy",
            "--source-blob-query-params",
            at(THERE.server()),
            "--target-blob-query-params",
            at(HERE.server()),
            repository() + ":first",
            repository() + ":again");

    assertThat(back.out()).contains("again: copied, 0 blobs sent");
    assertThat(verify(at(HERE.server()), "again").code()).isZero();
    assertThat(verify(at(THERE.server()), "again").code()).isEqualTo(1);
  }

  @Test
  void eachSideMayHaveAnAccountOfItsOwn() throws IOException {
    saveTwo(repository());
    Files.createDirectories(folder.resolve(".aws"));
    Files.writeString(
        folder.resolve(".aws/credentials"),
        "[there]\naws_access_key_id = OTHER\naws_secret_access_key = other\n");

    Ran ran = copyTo(at(THERE.server()) + "&profile=there");
    Ran nobody = copyTo(at(THERE.server()) + "&profile=nobody");

    assertThat(ran.err()).isEmpty();
    assertThat(ran.code()).isZero();
    assertThat(verify(at(THERE.server()), "first").code()).isZero();
    assertThat(nobody.code()).isEqualTo(3);
    assertThat(nobody.err()).contains("nobody");
  }

  private Ran copyTo(String query) {
    return runInsecurely(
        "copy", "--target-blob-query-params", query, repository() + ":first", repository());
  }

  @ParameterizedTest
  @CsvSource({
    "--source-blob-query-params, ?regoin=x, --source-blob-query-params: 'regoin'",
    "--target-blob-query-params, ?regoin=x, --target-blob-query-params: 'regoin'",
    "--target-blob-query-params, nothing, is no name=value",
  })
  void whatIsNotKnownIsTheUsersMistake(String option, String query, String told) {
    Ran ran =
        runInsecurely("copy", "--sync", option, query, repository(), "s3://" + bucket + "/other");

    assertThat(ran.code()).isEqualTo(2);
    assertThat(ran.err()).contains(told);
  }

  @Test
  void aSideThatIsInNoBucketHasNone() {
    Ran ran =
        runInsecurely(
            "copy",
            "--sync",
            "--source-blob-query-params",
            "?region=x",
            "file://" + folder.resolve("store"),
            repository());

    assertThat(ran.code()).isEqualTo(2);
    assertThat(ran.err())
        .contains(
            "--source-blob-query-params: file://"
                + folder.resolve("store")
                + " is in no bucket: leave the option out");
  }

  @Test
  void oneBucketThatIsReachedInOneWayIsTheSame() {
    Ran ran =
        runInsecurely(
            "copy",
            "--sync",
            "--source-blob-query-params",
            at(THERE.server()),
            "--target-blob-query-params",
            at(THERE.server()),
            repository(),
            repository());

    assertThat(ran.code()).isEqualTo(2);
    assertThat(ran.err())
        .contains("SOURCE and TARGET are the same")
        .contains("--source-blob-query-params and --target-blob-query-params say how");
  }
}
