package dev.stepcache.oauth;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class KeptTokenTest {
  private Instant now = Instant.parse("2026-11-29T12:00:00Z");
  private final AtomicInteger fetched = new AtomicInteger();

  private final KeptToken token =
      new KeptToken(
          new TokenSource() {
            @Override
            public AccessToken fetch(String what) {
              return new AccessToken(
                  "token " + fetched.incrementAndGet(), now.plus(Duration.ofHours(1)));
            }

            @Override
            public String account() {
              return "somebody";
            }
          },
          () -> now);

  @Test
  void aTokenIsAskedForOnceAndRenewedShortlyBeforeItEnds() throws IOException {
    assertThat(token.value("try")).isEqualTo("token 1");
    now = now.plus(Duration.ofMinutes(56));
    assertThat(token.value("try")).isEqualTo("token 1");
    now = now.plus(Duration.ofMinutes(1));
    assertThat(token.value("try")).isEqualTo("token 2");
  }

  @Test
  void aNewTokenThatIsRefusedIsNoGoodAgain() throws IOException {
    token.value("try");
    assertThat(token.refused()).isFalse();
    assertThat(token.value("try")).isEqualTo("token 1");
  }

  @Test
  void anOldTokenThatIsRefusedIsRenewedForAllWhoUsedIt() throws IOException {
    token.value("try");
    now = now.plus(Duration.ofMinutes(5));
    assertThat(token.refused()).isTrue();
    assertThat(token.value("try")).isEqualTo("token 2");
    assertThat(token.refused()).isTrue();
    assertThat(token.value("try")).isEqualTo("token 2");
    now = now.plus(Duration.ofSeconds(61));
    assertThat(token.refused()).isTrue();
    assertThat(token.value("try")).isEqualTo("token 3");
  }

  @Test
  void noTokenIsShown() throws IOException {
    assertThat(new AccessToken("secret", now)).asString().doesNotContain("secret");
  }
}
