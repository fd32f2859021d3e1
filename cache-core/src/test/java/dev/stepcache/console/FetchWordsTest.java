package dev.stepcache.console;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class FetchWordsTest {
  private final ByteArrayOutputStream printed = new ByteArrayOutputStream();
  private final FetchWords words =
      new FetchWords(
          new Console(new PrintStream(printed, true, StandardCharsets.UTF_8)), false, false);

  private List<String> lines() {
    return printed.toString(StandardCharsets.UTF_8).lines().toList();
  }

  private static List<String> many(String what) {
    return IntStream.range(0, 5000).mapToObj(number -> number + what).toList();
  }

  @Test
  void tellTheFirstOfThousandsOfFilesThatDiffer() {
    words.missExplained(Optional.of(many("/go.sum is gone")));

    assertThat(lines())
        .hasSize(23)
        .contains("  19/go.sum is gone", "  and 4980 more")
        .doesNotContain("  20/go.sum is gone");
  }

  @Test
  void tellTheFirstOfThousandsOfLinksThatAreNoPartOfTheKey() {
    words.passedOver(many(" is a link that leads nowhere"));

    assertThat(lines())
        .hasSize(21)
        .endsWith(
            "WARNING: 19 is a link that leads nowhere", "WARNING: of 4980 more that holds too");
  }
}
