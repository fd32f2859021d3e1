package dev.stepcache.step;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ParametersTest {
  private static final Parameter FOLDER = Parameter.text("FOLDER", "theFolder");
  private static final Parameter MODE = Parameter.text("MODE").fallingBackTo("plain");
  private static final Parameter FORCE = Parameter.flag("FORCE", "force-it");
  private static final Parameter FED = Parameter.flag("FED", "fed").thatResultsFeed();
  private static final Parameter NAMES = Parameter.list("NAMES", "names");
  private static final Parameter OTHERS = Parameter.list("OTHERS", "others");
  private static final List<Parameter> ALL = List.of(FOLDER, MODE, FORCE, FED, NAMES, OTHERS);

  private static Parameters read(Map<String, String> environment, String... args) {
    return Parameters.read(ALL, environment, List.of(args));
  }

  private static void assertMistake(Runnable reading, String... parts) {
    assertThatThrownBy(reading::run)
        .isInstanceOf(UsageException.class)
        .message()
        .contains(parts)
        .doesNotContain("\n");
  }

  @Test
  void readsEitherSpelling() {
    assertThat(read(Map.of("PARAM_FOLDER", " a b ")).text(FOLDER)).contains("a b");
    assertThat(read(Map.of("PARAM_theFolder", "a")).text(FOLDER)).contains("a");
    assertThat(read(Map.of("PARAM_force_it", "TRUE")).flag(FORCE)).isTrue();
    assertThat(read(Map.of("PARAM_theFolder", "a", "PARAM_FOLDER", "a")).text(FOLDER))
        .contains("a");
    assertThat(read(Map.of("PARAM_theFolder", "a", "PARAM_FOLDER", " ")).text(FOLDER))
        .contains("a");
  }

  @Test
  void refusesTwoSpellingsWithDifferentValues() {
    assertMistake(
        () -> read(Map.of("PARAM_theFolder", "a", "PARAM_FOLDER", "b")), "FOLDER", "theFolder");
    assertMistake(() -> read(Map.of(), "--@NAMES", "a", "--@names", "b"), "NAMES", "names");
    assertThat(read(Map.of(), "--@NAMES", "a", "--@names", "", "a").list(NAMES))
        .containsExactly("a");
  }

  @Test
  void takesBlankForNotGiven() {
    Parameters parameters =
        read(Map.of("PARAM_FOLDER", "", "PARAM_MODE", " ", "PARAM_FORCE", "\t"));

    assertThat(parameters.text(FOLDER)).isEmpty();
    assertThat(parameters.path(FOLDER)).isEmpty();
    assertThat(parameters.text(MODE)).contains("plain");
    assertThat(parameters.isGiven(MODE)).isFalse();
    assertThat(parameters.flag(FORCE)).isFalse();
    assertThat(parameters.givenFlag(FORCE)).isEmpty();
    assertMistake(() -> parameters.demanded(FOLDER), "FOLDER is missing");
  }

  @Test
  void readsListsBehindTheirSentinels() {
    Parameters parameters =
        read(Map.of(), "--@NAMES", "--@names", "**go.mod", "", "a \"b\"", "--@OTHERS", "c");

    assertThat(parameters.list(NAMES)).containsExactly("**go.mod", "a \"b\"");
    assertThat(parameters.list(OTHERS)).containsExactly("c");
  }

  @Test
  void refusesArgsThatItDoesNotKnow() {
    assertMistake(() -> read(Map.of(), "--@nobody"), "--@nobody", "--@NAMES");
    assertMistake(() -> read(Map.of(), "a\nb"), "a\\u000ab", "--@NAMES");
  }

  @Test
  void leavesTheOrdinaryEnvironmentAlone() {
    assertThat(read(Map.of("FOLDER", "x", "MODE", "y", "PARAM_ELSE", "$(z)")).text(FOLDER))
        .isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"yes", "1", "on", "t", "true false"})
  void refusesABooleanThatIsNone(String text) {
    assertMistake(
        () -> read(Map.of("PARAM_force_it", text)).flag(FORCE),
        "force-it",
        text,
        "\"true\" or \"false\"");
  }

  @Test
  void takesWhatTektonLeftUnexpandedForNotGivenWhereResultsFeedIt() {
    Parameters parameters = read(Map.of("PARAM_fed", "$(tasks.cached-fetch.results.fetched)"));

    assertThat(parameters.givenFlag(FED)).isEmpty();
    assertThat(parameters.warnings())
        .singleElement()
        .asString()
        .contains("fed:", "$(tasks.cached-fetch.results.fetched)", "Cure");
    assertThat(read(Map.of("PARAM_fed", "$(tasks.x)", "PARAM_FED", "true")).givenFlag(FED))
        .contains(true);
  }

  @Test
  void refusesWhatTektonLeftUnexpandedAnywhereElse() {
    assertMistake(() -> read(Map.of("PARAM_theFolder", "/a/$(x)")), "theFolder", "/a/$(x)");
    assertMistake(() -> read(Map.of(), "--@names", "$(params.x[*])"), "names", "$(params.x[*])");
  }

  @Test
  void refusesPathsThatAShellWouldExpand() {
    assertThat(read(Map.of("PARAM_FOLDER", "a/~b$c")).path(FOLDER)).contains(Path.of("a/~b$c"));
    assertMistake(() -> read(Map.of("PARAM_FOLDER", "~/x")).path(FOLDER), "FOLDER", "~/x");
    assertMistake(() -> read(Map.of("PARAM_FOLDER", "$HOME/x")).path(FOLDER), "FOLDER", "$HOME");
    assertMistake(() -> read(Map.of("PARAM_FOLDER", "a\0b")).path(FOLDER), "FOLDER");
  }

  @Test
  void bindsEachSpellingToAVariableOfItsOwn() {
    assertThat(Parameter.variable("force-cache-upload")).isEqualTo("PARAM_force_cache_upload");
    assertThat(FOLDER.spellings()).containsExactly("FOLDER", "theFolder");
    assertThat(MODE.spellings()).containsExactly("MODE");
  }
}
