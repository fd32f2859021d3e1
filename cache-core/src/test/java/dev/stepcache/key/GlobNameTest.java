package dev.stepcache.key;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.Random;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GlobNameTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          go.*            | go.mod   | true
          go.*            | go.      | true
          *.{mod,sum}     | go.sum   | true
          *.{mod,sum}     | go.work  | false
          {a,b{c,d}*}e    | bdxe     | true
          {a,b{c,d}*}e    | be       | false
          {,x}y           | y        | true
          **a             | a        | true
          [a-c]x          | bx       | true
          [!a-c]x         | bx       | false
          [^a-c]x         | dx       | true
          [a-]x           | -x       | true
          []a]x           | ]x       | true
          a,b             | a,b      | true
          a\\*b         | a*b      | true
          a\\*b         | axb      | false
          ?               | ä        | true
          ?               | 😀       | true
          ??              | 😀       | false
          """)
  void matchesNames(String component, String name, boolean matches) {
    assertThat(GlobName.parse(component, component).matches(name)).isEqualTo(matches);
  }

  @Test
  void matchesAsARegularExpressionWould() {
    Random random = new Random(5);
    for (int round = 0; round < 20_000; round++) {
      StringBuilder glob = new StringBuilder();
      StringBuilder regex = new StringBuilder();
      for (int part = random.nextInt(6); part > 0; part--) {
        switch (random.nextInt(5)) {
          case 0 -> {
            glob.append('*');
            regex.append(".*");
          }
          case 1 -> {
            glob.append('?');
            regex.append('.');
          }
          case 2 -> {
            glob.append("{a,b*c,}");
            regex.append("(?:a|b.*c|)");
          }
          case 3 -> {
            glob.append("[!a]");
            regex.append("[^a]");
          }
          default -> {
            glob.append('b');
            regex.append('b');
          }
        }
      }
      String name =
          random
              .ints(random.nextInt(6), 'a', 'd')
              .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
              .toString();
      assertThat(GlobName.parse("x", glob.toString()).matches(name))
          .as(glob + " " + name)
          .isEqualTo(Pattern.matches(regex.toString(), name));
    }
  }

  @Test
  void neverTriesAnythingTwice() {
    String many = "*a".repeat(60) + "b";
    String alternatives = "{a,aa}".repeat(60) + "b";
    String name = "a".repeat(250);
    Assertions.assertTimeoutPreemptively(
        Duration.ofSeconds(20),
        () -> {
          assertThat(GlobName.parse(many, many).matches(name)).isFalse();
          assertThat(GlobName.parse(alternatives, alternatives).matches(name)).isFalse();
        });
  }

  @Test
  void refusesAPartThatIsFarTooLong() {
    assertThatThrownBy(() -> GlobName.parse("x", "*".repeat(5_000)))
        .hasMessageContaining("more than 1024 characters");
  }
}
