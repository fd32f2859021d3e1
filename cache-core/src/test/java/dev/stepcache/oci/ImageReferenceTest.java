package dev.stepcache.oci;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ImageReferenceTest {
  @Test
  void readsHostPortNameAndTag() {
    ImageReference reference =
        ImageReference.parse("image-registry.openshift-image-registry.svc:5000/ci/cache-go:abc");

    assertThat(reference.registry()).isEqualTo("image-registry.openshift-image-registry.svc:5000");
    assertThat(reference.repository()).isEqualTo("ci/cache-go");
    assertThat(reference.selector()).isEqualTo(new Tag("abc"));
    assertThat(reference)
        .hasToString("image-registry.openshift-image-registry.svc:5000/ci/cache-go:abc");
  }

  @Test
  void liesInTheNamespaceOfAllItsComponentsButTheLast() {
    assertThat(ImageReference.parse("h/n").namespace()).isEmpty();
    assertThat(ImageReference.parse("h/a/n:t").namespace()).contains("a");
    assertThat(ImageReference.parse("h/a/b/n:t").namespace()).contains("a/b");
  }

  @Test
  void meansLatestWhenNoTagIsGiven() {
    assertThat(ImageReference.parse("h/n").selector()).isEqualTo(new Tag("latest"));
  }

  @Test
  void letsADigestOutrankATag() {
    String digest = "sha256:" + "0".repeat(64);
    assertThat(ImageReference.parse("h/n:t@" + digest).selector()).isEqualTo(Digest.parse(digest));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "host",
        "/n",
        "h/",
        "h/N",
        "h/n:",
        "h/n:-x",
        "h/n:a b",
        "h/../n",
        "h/n//m",
        "h/n@sha256:1",
        "h:port/n",
        "h/n:t:u",
        "user@h/n",
        "h/n?x=1",
        "h/n#f",
        "h_x/n\n"
      })
  void refusesWhatIsNoReference(String text) {
    assertThatThrownBy(() -> ImageReference.parse(text))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"h:0/n", "h:65536/n", "h:99999/n", "[::1]:0/n"})
  void namesThePortsThatThereAre(String text) {
    assertThatThrownBy(() -> ImageReference.parse(text)).hasMessageContaining("1 to 65535");
  }

  @Test
  void mayLieOnAnyPortOfAnAddress() {
    assertThat(ImageReference.parse("[::1]:65535/n").registry()).isEqualTo("[::1]:65535");
    assertThat(ImageReference.parse("[::1]/n").registry()).isEqualTo("[::1]");
  }

  @ParameterizedTest
  @ValueSource(strings = {"me:s3cret@h/n:t", "me:s3cret@h:5000/n", "me:s3cret@h", "s3cret@h/n"})
  void repeatsNoLoginThatWasWrittenIntoIt(String text) {
    assertThatThrownBy(() -> ImageReference.parse(text))
        .hasMessageContaining("docker config")
        .hasMessageContaining("'@h")
        .message()
        .doesNotContain("s3cret");
  }
}
