package dev.stepcache.console;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stepcache.outcome.Reason;
import dev.stepcache.outcome.Reason.Severity;
import java.util.Arrays;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class HintsTest {
  @Test
  void sayForEachTroubleWhatCanBeDone() {
    assertThat(Arrays.stream(Reason.values()))
        .filteredOn(reason -> reason.severity() == Severity.TROUBLE)
        .hasSizeGreaterThan(20)
        .allSatisfy(reason ->
            assertThat(Hints.of(reason, Optional.empty())).as(reason.word()).isNotBlank());
  }

  @Test
  void askForAReportOfAnErrorInStepcacheAndSayNothingOfWhatIsStoredButThatItStays() {
    assertThat(Hints.of(Reason.INTERNAL, Optional.empty()))
        .contains("please report it", "stays as it is")
        .doesNotContain("broken", "replace");
  }

  @Test
  void nameTheCommandThatGivesTheRight() {
    assertThat(Hints.of(Reason.UNAUTHORIZED, Optional.of("oc this"))).contains("oc this");
    assertThat(Hints.creating("oci://r/ci/cache", "oc that")).endsWith("run: oc that");
  }
}
