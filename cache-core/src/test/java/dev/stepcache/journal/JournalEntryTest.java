package dev.stepcache.journal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class JournalEntryTest {
  @Test
  void readsTheLinesItWrites() {
    List<JournalEntry> entries =
        List.of(
            new JournalEntry.Merge(02755, -5, ""),
            new JournalEntry.Merge(0, 1_500_000_000_000_000_007L, "a b/%\n\u0001é"),
            new JournalEntry.Displace(12, 0644, "a/b c"),
            new JournalEntry.Place("\ud83d\ude00"),
            new JournalEntry.Finish("a b"),
            new JournalEntry.Undo(-1, 1_500_000_000_000_000_007L));

    assertThat(entries.stream().map(JournalEntry::line))
        .containsExactly(
            "merge 2755 -5 ",
            "merge 0 1500000000000000007 a%20b/%25%0a%01é",
            "displace 12 644 a/b%20c",
            "place \ud83d\ude00",
            "finish a%20b",
            "undo -1 1500000000000000007");
    assertThat(entries.stream().map(JournalEntry::line).map(JournalEntry::parse))
        .allSatisfy(parsed -> assertThat(parsed).isPresent())
        .map(parsed -> parsed.get())
        .isEqualTo(entries);
  }

  @Test
  void refusesLinesItCannotHaveWritten() {
    for (String line :
        List.of(
            "",
            "place",
            "place ",
            "place ..",
            "place a b",
            "merge 9 0 a",
            "displace x 644 a",
            "displace -1 644 a",
            "displace 0 644 ",
            "move a",
            "place %",
            "place %zz",
            "finish ",
            "finish ..",
            "undo 1",
            "undo x 1")) {
      assertThat(JournalEntry.parse(line)).as(line).isEmpty();
    }
  }
}
