package dev.stepcache.oauth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.stepcache.azure.AzureLogins;
import dev.stepcache.gcs.GoogleLogins;
import dev.stepcache.http.Limits;
import dev.stepcache.http.Proxies;
import dev.stepcache.http.Trust;
import dev.stepcache.http.Wire;
import dev.stepcache.registry.FakeRegistry;
import dev.stepcache.registry.FaultModes;
import dev.stepcache.registry.FaultModes.Mode;
import dev.stepcache.registry.FaultModes.Place;
import dev.stepcache.registry.FaultyServer;
import dev.stepcache.registry.FaultyWire;
import dev.stepcache.retry.Exchanges;
import dev.stepcache.retry.RetryPolicy;
import dev.stepcache.s3.auth.AwsLogins;
import dev.stepcache.store.StoreException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Everything that a token service or a metadata service can do wrong, once and for ever at one of
 * the requests of a login: what is given is what it gave, or there is a reason, soon, without what
 * was sent or answered. With {@code -Dfaults=all} at each kind of request.
 */
@ParameterizedClass(name = "{0}")
@MethodSource("logins")
class LoginFaultsTest {
  private static final Limits IMPATIENT =
      new Limits(
          Duration.ofSeconds(10),
          Duration.ofMillis(700),
          Duration.ofMillis(300),
          Duration.ofSeconds(5));
  private static final RetryPolicy POLICY =
      new RetryPolicy(3, Duration.ofMillis(1), Duration.ofMillis(4), 12, Duration.ofSeconds(20));
  private static final Duration SOON = Duration.ofSeconds(60);
  private static final int MOST_REQUESTS = 12;
  private static final int LONGEST_MESSAGE = 2500;
  private static final boolean ALL = "all".equals(System.getProperty("faults"));

  private final FaultyLogin login;
  private final LoginStandIn server = new LoginStandIn();
  private final FaultyWire wire = new FaultyWire(server.host());
  @TempDir Path folder;

  LoginFaultsTest(FaultyLogin login) {
    this.login = login;
  }

  static Stream<FaultyLogin> logins() {
    return Stream.of(GoogleLogins.all(), AzureLogins.all(), AwsLogins.all())
        .flatMap(logins -> logins);
  }

  static Stream<Arguments> modes() {
    return FaultModes.all();
  }

  @AfterEach
  void close() {
    wire.close();
    server.close();
  }

  private String ask(String address, Trust trust) throws IOException {
    Exchanges exchanges =
        new Exchanges(
            new Wire(trust, false, Proxies.NONE, IMPATIENT),
            IMPATIENT,
            POLICY,
            retry -> assertHoldsNoSecret(retry.failure()),
            "the service");
    try {
      return login.asking().ask(address, exchanges, folder);
    } finally {
      exchanges.end();
    }
  }

  private static void assertHoldsNoSecret(String message) {
    assertThat(message)
        .doesNotContain(FaultyServer.SECRET, "ya29.half", LoginStandIn.GIVEN)
        .doesNotContainPattern("\\p{Cc}")
        .hasSizeLessThan(LONGEST_MESSAGE);
  }

  @Execution(ExecutionMode.CONCURRENT)
  @ParameterizedTest(name = "{0}")
  @MethodSource("modes")
  void isGivenWhatWasGivenOrAReason(String name, Mode mode) throws IOException {
    for (Place place : FaultModes.places(login.requests(), name, ALL)) {
      mode.at(server.faults(), wire, place);
      int asked = wire.seen().size();
      long begin = System.nanoTime();
      try {
        assertThat(ask("http://" + wire.host(), Trust.JDK_ROOTS))
            .as(name + " at " + place)
            .isEqualTo(LoginStandIn.GIVEN);
      } catch (StoreException e) {
        assertHoldsNoSecret(String.valueOf(e.getMessage()));
      }
      assertThat(Duration.ofNanos(System.nanoTime() - begin)).as(name).isLessThan(SOON);
      assertThat(wire.seen().size() - asked)
          .as(name + " at " + place)
          .isLessThanOrEqualTo(MOST_REQUESTS);
      server.faults().mend();
      wire.mend();
    }
    assertThat(ask("http://" + server.host(), Trust.JDK_ROOTS)).isEqualTo(LoginStandIn.GIVEN);
  }

  @Test
  void nothingIsSentToWhomNobodyKnows() throws IOException {
    try (LoginStandIn other = new LoginStandIn("localhost.p12")) {
      assertThatThrownBy(() -> ask("https://" + other.host(), Trust.JDK_ROOTS))
          .isInstanceOf(StoreException.class)
          .satisfies(e -> assertHoldsNoSecret(String.valueOf(e.getMessage())));
      assertThat(other.requests()).isEmpty();
      Trust trust =
          new Trust(Optional.of(FakeRegistry.authority(folder)), List.of(), Optional.empty());
      if (!login.name().equals("Google's metadata server")) {
        // Which is asked by plain http alone, at an address of this machine.
        assertThat(ask("https://" + other.host(), trust)).isEqualTo(LoginStandIn.GIVEN);
      }
    }
  }
}
