package dev.stepcache.outcome;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** The words are read by other steps' `when`, so that no one may change or go. */
class ReasonTest {
  private static final String TROUBLES =
      " platform not-a-cache newer-format busy interrupted unshared unauthorized credentials tls unreachable throttled rejected"
          + " corrupt limit timeout disk internal";

  @Test
  void isOneOfAClosedListForAFetch() {
    assertThat(Reason.OF_FETCH.stream().map(Reason::word))
        .containsExactlyInAnyOrder(
            ("hit fallback miss paths mount digest unreadable" + TROUBLES).split(" "));
  }

  @Test
  void isOneOfAClosedListForAnUpload() {
    assertThat(Reason.OF_UPLOAD.stream().map(Reason::word))
        .containsExactlyInAnyOrder(
            ("saved exists unchanged fetched empty read-only unreadable too-large" + TROUBLES)
                .split(" "));
  }

  @Test
  void isAlwaysSaidByOneOfTheTwo() {
    assertThat(Arrays.stream(Reason.values()))
        .allMatch(reason -> Reason.OF_FETCH.contains(reason) || Reason.OF_UPLOAD.contains(reason));
  }
}
