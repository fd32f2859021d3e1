package dev.stepcache.key;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReferenceTemplateTest {
  private static final CacheKey KEY = new CacheKey("ab".repeat(32));

  @ParameterizedTest
  @ValueSource(
      strings = {"h/n:{{hash}}", "h/n:{{ hash }}", "h/n:{{key}}", "h/n:{{\tkey }}", "h/n:%HASH%"})
  void putsTheKeyInItsPlace(String text) {
    ReferenceTemplate template = new ReferenceTemplate(text);

    assertThat(template.needsKey()).isTrue();
    assertThat(template.fill(Optional.of(KEY), "linux", "amd64")).isEqualTo("h/n:" + KEY);
    assertThat(template.named("latest", "linux", "amd64")).contains("h/n:latest");
    assertThat(template.unknownPlaceholder()).isEmpty();
  }

  @Test
  void putsThePlatformInItsPlace() {
    ReferenceTemplate template = new ReferenceTemplate("h/n:{{os}}-{{ arch }}-{{hash}}");

    assertThat(template.fill(Optional.of(KEY), "linux", "arm64"))
        .isEqualTo("h/n:linux-arm64-" + KEY);
    assertThat(template.named("latest", "linux", "arm64")).contains("h/n:linux-arm64-latest");
  }

  @Test
  void needsNoKeyWithoutAPlaceForOne() {
    ReferenceTemplate template = new ReferenceTemplate("h/n:{{os}}");

    assertThat(template.needsKey()).isFalse();
    assertThat(template.fill(Optional.empty(), "linux", "arm64")).isEqualTo("h/n:linux");
    assertThat(template.named("latest", "linux", "arm64")).isEmpty();
  }

  @Test
  void cannotBeFilledWithoutTheKeyThatItNeeds() {
    assertThatThrownBy(
            () -> new ReferenceTemplate("h/n:{{hash}}").fill(Optional.empty(), "linux", "amd64"))
        .isInstanceOf(IllegalStateException.class);
  }

  @Test
  void namesWhatItDoesNotKnow() {
    assertThat(new ReferenceTemplate("h/n:{{hash}}-{{branch}}").unknownPlaceholder())
        .contains("{{branch}}");
    assertThat(new ReferenceTemplate("h/n:{{hash").unknownPlaceholder()).contains("{{hash");
  }
}
