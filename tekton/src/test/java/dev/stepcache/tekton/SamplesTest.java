package dev.stepcache.tekton;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stepcache.cache.UploadRequest;
import dev.stepcache.fetch.FetchOptions;
import dev.stepcache.step.StepOptions;
import dev.stepcache.upload.UploadOptions;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Our user's pipeline, as far as it can be followed without a cluster. */
class SamplesTest {
  private static final Path SOURCE = Path.of("/workspace/source");

  /** The values of the step that refers to a StepAction of ours, as its process gets them. */
  private static StepAction.Call call(String sample, String action) throws IOException {
    return Sample.read(sample).call(action, SOURCE, false);
  }

  private static void assertUsersCase(String sample, StepOptions options) {
    assertThat(options.patterns().patterns()).containsExactly("**go.mod", "**go.sum");
    assertThat(options.template().text())
        .isEqualTo("oci://image-registry.openshift-image-registry.svc:5000/ci/cache-go:{{hash}}");
    assertThat(options.cachePaths().only())
        .contains(SOURCE.resolve(sample.equals("go") ? ".cache/go" : "go-build-cache"));
    assertThat(options.workingDirectory()).isEqualTo(Path.of("/workspace/source"));
    assertThat(options.insecure()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"go", "go-today"})
  void giveFetchWhatTheUserMeant(String sample) throws IOException {
    StepAction.Call call = call(sample, "cache-fetch");

    FetchOptions options = FetchOptions.read(call.environment(), call.args());

    assertUsersCase(sample, options.step());
    assertThat(options.step().warnings()).isEmpty();
  }

  @Test
  void giveUploadWhatTheUserMeantAndWarnOfTheResultThatDoesNotExist() throws IOException {
    StepAction.Call call = call("go", "cache-upload");

    UploadOptions options = UploadOptions.read(call.environment(), call.args());

    assertUsersCase("go", options.step());
    assertThat(options.fetched()).isEmpty();
    assertThat(options.when()).isEqualTo(UploadRequest.When.MISS);
    assertThat(options.step().warnings())
        .singleElement()
        .asString()
        .startsWith("fetched: ")
        .contains("$(tasks.cached-fetch.results.fetched)");
  }

  @Test
  void handOnTodayWhatFetchFound() throws IOException {
    StepAction.Call call = call("go-today", "cache-upload");

    UploadOptions options = UploadOptions.read(call.environment(), call.args());

    assertUsersCase("go-today", options.step());
    assertThat(options.fetched()).contains(false);
    assertThat(options.key()).isPresent();
    assertThat(options.step().warnings()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "go, patterns source cachePath workingdir",
    "go-today, PATTERNS SOURCE CACHE_PATH WORKING_DIR"
  })
  void keepToOneSpelling(String sample, String names) throws IOException {
    assertThat(
            Sample.read(sample).steps().stream()
                .filter(step -> step.at("name").text().equals("cache-fetch"))
                .flatMap(step -> step.at("params").list().stream())
                .map(param -> param.at("name").text()))
        .containsExactly(names.split(" "));
  }
}
