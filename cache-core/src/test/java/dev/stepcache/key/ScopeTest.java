package dev.stepcache.key;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.stepcache.oci.Tag;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ScopeTest {
  private static final String KEY = "ab".repeat(32);

  @ParameterizedTest
  @ValueSource(strings = {"main", "pr-42", "release_1.2", "X", "a.latest", "scope.x", "1"})
  void standsInATagAsItIsWhereItFits(String text) {
    Scope scope = Scope.of(text);

    assertThat(scope.name()).isEqualTo(text);
    assertThat(scope.isHashed()).isFalse();
    assertThat(Scope.nameIn(scope.before(KEY))).contains(text);
    assertThat(Scope.nameIn(scope.before("latest"))).contains(text);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "feature/JIRA-1 login",
        "dependabot/npm_and_yarn/web/lodash-4.17.21-and-a-hundred-more",
        "grün",
        "/",
        "-x",
        "x.",
        "main.0123456789abcdef0123",
        "a\nb",
        "日本"
      })
  void isHashedWhereItDoesNot(String text) {
    Scope scope = Scope.of(text);

    assertThat(scope.text()).isEqualTo(text);
    assertThat(scope.name()).matches("[a-z0-9][a-z0-9-]{0,13}\\.[0-9a-f]{20}");
    assertThat(scope.isHashed()).isTrue();
    assertThat(Scope.nameIn(new Tag(scope.before(KEY)).value())).contains(scope.name());
  }

  @Test
  void isPersistedSoThatNoVersionMayHashItOtherwise() {
    assertThat(Scope.of("feature/JIRA-1 login").name())
        .isEqualTo("feature-jira-1.f01dde875d9e401c13bc");
  }

  @Test
  void ofABranchIsTheSameWhicheverWayItIsWritten() {
    assertThat(Scope.of("refs/heads/main")).isEqualTo(Scope.of(" main "));
    assertThat(Scope.of("refs/pull/42/head").name()).isNotEqualTo(Scope.of("42").name());
  }

  @ParameterizedTest
  @CsvSource({
    "go-scope.main.KEY, main",
    "scope.main.KEY-amd64, main",
    "scope.main.KEY.latest, main",
    "scope.a.latest.latest, a.latest",
    "v2.scope.pr-1.latest, pr-1"
  })
  void isFoundWhateverATemplateHasAround(String tag, String name) {
    assertThat(Scope.nameIn(tag.replace("KEY", KEY))).contains(name);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "KEY",
        "latest",
        "main-KEY",
        "main-latest",
        "periscope.x.KEY",
        "scope.x.1",
        "scope.KEY"
      })
  void isInNoTagThatWasMadeWithoutOne(String tag) {
    assertThat(Scope.nameIn(tag.replace("KEY", KEY))).isEqualTo(Optional.empty());
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "  ", "refs/heads/", "f\uFFFD\uFFFD"})
  void isRefusedWhereItNamesNothing(String text) {
    assertThatThrownBy(() -> Scope.of(text)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void hasABound() {
    assertThat(Scope.of("x".repeat(Scope.LONGEST)).isHashed()).isTrue();
    assertThatThrownBy(() -> Scope.of("x".repeat(Scope.LONGEST + 1)))
        .hasMessageContaining("over 1000 characters");
  }
}
