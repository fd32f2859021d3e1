package dev.stepcache.outcome;

import dev.stepcache.Fuzz;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RecordFuzzTest {
  @TempDir Path folder;

  @Test
  void record() throws IOException {
    Path file = folder.resolve("record.json");
    byte[] seed = Files.readAllBytes(Path.of("src/test/resources/golden/record.json"));
    Fuzz.run(
        List.of(seed),
        json -> {
          Files.write(file, json);
          return FetchRecord.read(file).isPresent() ? "there" : "missing";
        });
  }
}
