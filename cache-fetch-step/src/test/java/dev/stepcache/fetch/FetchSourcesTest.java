package dev.stepcache.fetch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.stepcache.key.ReferenceTemplate;
import dev.stepcache.key.Scope;
import dev.stepcache.step.UsageException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Where a fetch looks: its sources, and what it falls back to in each. */
class FetchSourcesTest extends FetchParams {
  private List<String> fallbacks(String source, String... entries) {
    List<String> args = new ArrayList<>(List.of("--@PATTERNS", "go.sum", "--@FALLBACK_KEYS"));
    args.addAll(List.of(entries));
    return FetchOptions.read(environment("SOURCE", source), args).fallbacks().others().stream()
        .map(ReferenceTemplate::text)
        .toList();
  }

  private FetchOptions scoped(String source, String... entries) {
    List<String> args = new ArrayList<>(List.of("--@PATTERNS", "go.sum", "--@FALLBACK_KEYS"));
    args.addAll(List.of(entries));
    return FetchOptions.read(environment("SOURCE", source, "SCOPE", "refs/heads/pr-1"), args);
  }

  @Test
  void readsScopesAmongTheFallbacks() {
    FetchOptions options =
        scoped("oci://h/n:{{hash}}", "latest", "scope:main", "old-{{hash}}", "oci://h/o:{{hash}}");

    assertThat(options.step().template().scope()).contains(Scope.of("pr-1"));
    assertThat(options.fallbacks().scopes())
        .containsExactly(
            new ReferenceTemplate("oci://h/n:{{hash}}").in(Optional.of(Scope.of("main"))));
    assertThat(options.fallbacks().others())
        .extracting(ReferenceTemplate::text)
        .containsExactly(
            "oci://h/n:scope.pr-1.latest",
            "oci://h/n:scope.main.latest",
            "oci://h/n:old-{{hash}}",
            "oci://h/o:{{hash}}");
  }

  @ParameterizedTest
  @ValueSource(strings = {"main", "nightly", "scope:", "scope: "})
  void namesAFallbackThatMayBeATagOrAScopeOrIsNone(String entry) {
    assertThatThrownBy(() -> scoped("oci://h/n:{{hash}}", entry))
        .isInstanceOf(UsageException.class)
        .hasMessageStartingWith("FALLBACK_KEYS: '" + entry.strip() + "'");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "oci://h/n:fixed",
        "oci://h/n",
        "oci://h/n-{{hash}}:v1",
        "oci://h/n:a-beginning-of-a-tag-that-somebody-wrote-by-hand-some-day-{{hash}}"
      })
  void namesAScopeThatHasNoPlaceInTheTag(String source) {
    assertThatThrownBy(() -> scoped(source))
        .isInstanceOf(UsageException.class)
        .hasMessageStartingWith("SCOPE: SOURCE ");
  }

  private FetchOptions several(String... sources) {
    Map<String, String> environment = environment();
    environment.remove("PARAM_SOURCE");
    List<String> args = new ArrayList<>(List.of("--@PATTERNS", "go.sum", "--@FALLBACK_KEYS"));
    args.addAll(List.of("latest", "scope:main", "oci://h/o:x", "--@SOURCES"));
    args.addAll(List.of(sources));
    return FetchOptions.read(environment, args);
  }

  @Test
  void readsSeveralSourcesAndTheirFallbacksInEach() {
    FetchOptions options = several("file:///near:{{hash}}", "oci://h/n:{{hash}}");

    assertThat(options.step().templates())
        .extracting(ReferenceTemplate::text)
        .containsExactly("file:///near:{{hash}}", "oci://h/n:{{hash}}");
    assertThat(options.step().template().text()).isEqualTo("oci://h/n:{{hash}}");
    assertThat(options.fallbacks().scopes()).hasSize(2);
    assertThat(options.fallbacks().others())
        .extracting(ReferenceTemplate::text)
        .containsExactly(
            "file:///near:latest",
            "oci://h/n:latest",
            "file:///near:scope.main.latest",
            "oci://h/n:scope.main.latest",
            "oci://h/o:x");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "oci://h/n:other-{{hash}}",
        "oci://h/o:fixed",
        "s3://bucket",
        "n",
        "oci://h/n:{{x}}"
      })
  void namesASourceAmongSeveralThatWillNotDo(String second) {
    assertThatThrownBy(() -> several("oci://h/n:{{hash}}", second))
        .isInstanceOf(UsageException.class)
        .hasMessageStartingWith("SOURCES: ");
  }

  @Test
  void namesBothWhereOneAndSeveralSourcesAreGiven() {
    assertThatThrownBy(
            () -> FetchOptions.read(environment(), List.of("--@SOURCES", "oci://h/n:{{hash}}")))
        .isInstanceOf(UsageException.class)
        .hasMessageStartingWith("SOURCES: SOURCE is given as well");
  }

  @Test
  void readsFallbacksAsTagsInTheSourcesPlace() {
    assertThat(
            fallbacks(
                "oci://h:5000/ns/n:pr-7-{{hash}}",
                "main-{{hash}}",
                "main-{{ latest }}",
                "latest",
                "nightly",
                "oci://other/n:main-{{latest}}",
                "file:///pvc/cache:{{hash}}"))
        .containsExactly(
            "oci://h:5000/ns/n:main-{{hash}}",
            "oci://h:5000/ns/n:main-latest",
            "oci://h:5000/ns/n:pr-7-latest",
            "oci://h:5000/ns/n:nightly",
            "oci://other/n:main-latest",
            "file:///pvc/cache:{{hash}}");
    assertThat(fallbacks("oci://h:5000/n", "latest")).containsExactly("oci://h:5000/n:latest");
    assertThat(fallbacks("file:///pvc/c:{{hash}}", "old")).containsExactly("file:///pvc/c:old");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"n:x", "h/n:x", "a b", "main-{{branch}}", "s3://bucket", "oci://h/N:x", "@x"})
  void namesAFallbackThatIsNone(String entry) {
    assertThatThrownBy(() -> fallbacks("oci://h/n:{{hash}}", entry))
        .isInstanceOf(UsageException.class)
        .hasMessageStartingWith("FALLBACK_KEYS: '" + entry + "': ");
  }
}
