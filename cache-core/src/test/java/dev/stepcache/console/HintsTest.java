package dev.stepcache.console;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stepcache.outcome.CacheEvent;
import dev.stepcache.outcome.Reason;
import dev.stepcache.outcome.Reason.Severity;
import dev.stepcache.store.LoginCheck;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class HintsTest {
  @Test
  void sayForEachTroubleWhatCanBeDone() {
    assertThat(Arrays.stream(Reason.values()))
        .filteredOn(reason -> reason.severity() == Severity.TROUBLE)
        .hasSizeGreaterThan(20)
        .allSatisfy(reason ->
            assertThat(Hints.of(reason, Optional.empty(), LoginCheck.Answer.UNKNOWN))
                .as(reason.word())
                .isNotBlank());
  }

  @Test
  void askForAReportOfAnErrorInStepcacheAndSayNothingOfWhatIsStoredButThatItStays() {
    assertThat(Hints.of(Reason.INTERNAL, Optional.empty(), LoginCheck.Answer.UNKNOWN))
        .contains("please report it", "stays as it is")
        .doesNotContain("broken", "replace");
  }

  @Test
  void nameTheCommandThatGivesTheRight() {
    assertThat(Hints.of(Reason.UNAUTHORIZED, Optional.of("oc this"), LoginCheck.Answer.ACCEPTED))
        .contains("oc this");
    assertThat(Hints.creating("oci://r/ci/cache", "oc that")).endsWith("run: oc that");
  }

  @Test
  void nameTheParamThatAllowsPlainHttpWhereThereIsNoTls() {
    assertThat(Hints.of(Reason.TLS, Optional.empty(), LoginCheck.Answer.UNKNOWN))
        .contains("INSECURE \"true\"", "plain http");
  }

  @Test
  void offerNoRightToALoginThatIsRefusedForAnything() {
    assertThat(Hints.of(Reason.UNAUTHORIZED, Optional.of("oc this"), LoginCheck.Answer.REFUSED))
        .contains("password or token is wrong, has expired")
        .doesNotContain("oc this", "lacks");
    assertThat(Hints.of(Reason.UNAUTHORIZED, Optional.of("oc this"), LoginCheck.Answer.NONE))
        .contains("No login was sent", "INSECURE")
        .doesNotContain("oc this", "lacks");
  }

  /** A namespace of 20 letters, as it is in all three of reference, account and command. */
  @Test
  void areNeverCutInMidCommand() {
    String grant =
        "oc policy add-role-to-user system:image-builder system:serviceaccount:"
            + "n".repeat(63)
            + ":pipeline -n "
            + "n".repeat(63);
    ByteArrayOutputStream log = new ByteArrayOutputStream();
    Console console = new Console(new PrintStream(log, true, StandardCharsets.UTF_8));

    console.explain(
        Reason.UNAUTHORIZED, "x".repeat(600), Optional.of(grant), LoginCheck.Answer.UNKNOWN);
    console.accept(new CacheEvent.Creating("oci://r/" + "n".repeat(400), grant));

    assertThat(log.toString(StandardCharsets.UTF_8).lines())
        .hasSize(2)
        .allSatisfy(line -> assertThat(line).endsWith(grant));
  }

  @Test
  void nameNoListThatHasNothingInIt() {
    ByteArrayOutputStream log = new ByteArrayOutputStream();
    Console console = new Console(new PrintStream(log, true, StandardCharsets.UTF_8));

    console.accept(new CacheEvent.Overgrown(2, 1, List.of()));
    new FetchWords(console, false, false).missExplained(Optional.of(List.of()));

    assertThat(log.toString(StandardCharsets.UTF_8).lines())
        .noneMatch(line -> line.endsWith(":"))
        .anyMatch(line -> line.endsWith("nothing that makes the key has changed"));
  }
}
