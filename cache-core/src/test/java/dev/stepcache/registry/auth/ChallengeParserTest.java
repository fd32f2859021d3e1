package dev.stepcache.registry.auth;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ChallengeParserTest {
  private static List<Challenge> parse(String... values) {
    return ChallengeParser.parse(List.of(values));
  }

  @Test
  void readsQuotedAndUnquotedParameters() {
    assertThat(parse("Basic realm=openshift,error=\"access denied\""))
        .containsExactly(
            new Challenge("basic", Map.of("realm", "openshift", "error", "access denied")));
  }

  @Test
  void keepsCommasAndQuotesInsideQuotes() {
    assertThat(
            parse("Bearer realm=\"https://r/t\", scope=\"repository:a:pull,push\", x=\"a\\\"b\""))
        .containsExactly(
            new Challenge(
                "bearer",
                Map.of("realm", "https://r/t", "scope", "repository:a:pull,push", "x", "a\"b")));
  }

  @Test
  void readsSeveralChallengesOfOneValueAndOfSeveral() {
    assertThat(parse("Negotiate, BASIC Realm = \"a\" , Bearer realm=b", "Digest realm=c"))
        .containsExactly(
            new Challenge("negotiate", Map.of()),
            new Challenge("basic", Map.of("realm", "a")),
            new Challenge("bearer", Map.of("realm", "b")),
            new Challenge("digest", Map.of("realm", "c")));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        ",",
        "=",
        "\"",
        "\"\"\"",
        "Bearer =",
        "Bearer realm=\"open",
        "a b c",
        "\\",
        "é"
      })
  void endsWhateverIsWritten(String nonsense) {
    assertThat(parse(nonsense)).allSatisfy(one -> assertThat(one.scheme()).isNotEmpty());
  }
}
