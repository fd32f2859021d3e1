package dev.stepcache.restore;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.stepcache.Fuzz;
import dev.stepcache.folder.OpenFolder;
import dev.stepcache.journal.JournalReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JournalFuzzTest {
  @TempDir Path folder;

  @Test
  void journal() {
    String seed =
        """
        stepcache-journal-2 staging-0123456789abcdef
        merge 755 1600000000000000000\s
        displace 0 644 a%20b
        place a%20b
        """;
    String header = seed.substring(0, seed.indexOf('\n') + 1);
    String leads = header + "leads /second%20one /third\nplace a\n";
    String follows = header + "follows staging-fedcba9876543210 /first\nplace a\n";
    Fuzz.run(
        List.of(seed.getBytes(UTF_8), leads.getBytes(UTF_8), follows.getBytes(UTF_8)),
        text -> {
          Files.write(folder.resolve("journal"), text);
          int[] lines = {0};
          try (OpenFolder commit = OpenFolder.of(folder);
              JournalReader journal = JournalReader.open(commit, line -> lines[0]++)) {
            journal.backwards(line -> lines[0]--);
            return lines[0] + " " + journal.isDamaged();
          }
        });
  }
}
