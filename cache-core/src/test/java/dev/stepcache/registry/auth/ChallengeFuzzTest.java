package dev.stepcache.registry.auth;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.stepcache.Fuzz;
import java.util.List;
import org.junit.jupiter.api.Test;

class ChallengeFuzzTest {
  @Test
  void challenge() {
    Fuzz.run(
        List.of(
            "Bearer realm=\"https://auth.example/token\",service=\"x\",scope=\"a:b:c,d\""
                .getBytes(ISO_8859_1),
            "Basic realm=\"a\\\"b\", Negotiate, Bearer realm=x".getBytes(ISO_8859_1)),
        text -> {
          List<Challenge> all = ChallengeParser.parse(List.of(new String(text, ISO_8859_1)));
          return all.size() + " " + all.stream().mapToInt(one -> one.parameters().size()).sum();
        });
  }
}
