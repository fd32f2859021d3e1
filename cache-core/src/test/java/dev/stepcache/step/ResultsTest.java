package dev.stepcache.step;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ResultsTest {
  @TempDir Path folder;

  private Map<String, String> environment() {
    Map<String, String> environment = new HashMap<>();
    for (Result result : Result.OF_FETCH) {
      environment.put("RESULT_" + result.name(), folder.resolve(result.name()).toString());
    }
    return environment;
  }

  @Test
  void writesNothingValuesAtOnceAndWithoutNewlines() throws IOException {
    Files.writeString(folder.resolve("digest"), "left by another run");

    Results.open(Result.OF_FETCH, environment());

    assertThat(folder.resolve("fetched")).hasContent("false").hasSize(5);
    for (String name : new String[] {"key", "matched", "reason", "digest", "ref"}) {
      assertThat(folder.resolve(name)).isEmptyFile();
    }
  }

  @Test
  void overwritesWhatItIsGivenAndKeepsTheRest() throws IOException {
    Results results = Results.open(Result.OF_FETCH, environment());

    results.write(Map.of("fetched", "true", "reason", "hit"));

    assertThat(Files.readString(folder.resolve("fetched"))).isEqualTo("true");
    assertThat(Files.readString(folder.resolve("reason"))).isEqualTo("hit");
    assertThat(folder.resolve("key")).isEmptyFile();
  }

  @Test
  void writesTheVerdictLast() throws IOException {
    Results results = Results.open(Result.OF_FETCH, environment());
    Files.delete(folder.resolve("key"));
    Files.createDirectory(folder.resolve("key"));

    assertThatThrownBy(() -> results.write(Map.of("fetched", "true", "key", "x", "ref", "r")))
        .isInstanceOf(IOException.class);

    assertThat(folder.resolve("ref")).hasContent("r");
    assertThat(folder.resolve("fetched")).hasContent("false");
  }

  @Test
  void writesNowhereWithoutAPath() throws IOException {
    Results.open(Result.OF_UPLOAD, Map.of("RESULT_ref", " ")).write(Map.of("uploaded", "true"));

    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void refusesAFileThatCannotBeWritten() {
    assertThatThrownBy(() ->
            Results.open(
                Result.OF_UPLOAD,
                Map.of("RESULT_uploaded", folder.resolve("absent/uploaded").toString())))
        .isInstanceOf(UsageException.class)
        .hasMessageContaining("RESULT_uploaded")
        .hasMessageContaining("$(step.results.uploaded.path)");
  }

  @Test
  void knowsNoOtherResult() {
    Results results = Results.open(Result.OF_UPLOAD, Map.of());

    assertThatThrownBy(() -> results.write(Map.of("fetched", "true")))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
