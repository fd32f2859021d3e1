package dev.stepcache.key;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KeyRecipeTest {
  private static final String SHA = "0123456789abcdef".repeat(4);
  private static final String OTHER = "f".repeat(64);

  private static KeyRecipe recipe(LockFile... files) {
    return new KeyRecipe("t", Optional.of("linux/amd64"), List.of(), List.of(files));
  }

  @Test
  void comesBackFromItsText() {
    KeyRecipe recipe =
        new KeyRecipe(
            "oci://h/n:{{hash}} \\ \n\\n",
            Optional.empty(),
            List.of(SHA, OTHER),
            List.of(
                new LockFile(" a\nfile x", 0, SHA),
                new LockFile("b\\n", Long.MAX_VALUE, SHA),
                new LockFile("ä\r", 1, OTHER)));

    assertThat(RecipeText.read(RecipeText.write(recipe))).isEqualTo(recipe);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "\n",
        "stepcache-key-1\n",
        "stepcache-key-1\ntemplate t",
        "stepcache-key-2\ntemplate t\n",
        "stepcache-key-1\ntemplate \\x\n",
        "stepcache-key-1\ntemplate t\\\n",
        "stepcache-key-1\ntemplate t\n\n",
        "stepcache-key-1\ntemplate t\nplatform linux\n",
        "stepcache-key-1\ntemplate t\nplatform a/b\nplatform a/b\n",
        "stepcache-key-1\ntemplate t\nextra x\n",
        "stepcache-key-1\ntemplate t\nfile x\n",
        "stepcache-key-1\ntemplate t\nfile SHA 1 \n",
        "stepcache-key-1\ntemplate t\nfile SHA 01 a\n",
        "stepcache-key-1\ntemplate t\nfile SHA -1 a\n",
        "stepcache-key-1\ntemplate t\nfile SHA x a\n",
        "stepcache-key-1\ntemplate t\nfile SHA 1 b\nfile SHA 1 a\n",
        "stepcache-key-1\ntemplate t\nfile SHA 1 a\nfile SHA 1 a\n",
        "stepcache-key-1\ntemplate t\nfile SHA 1 a\nextra SHA\n",
      })
  void refusesWhatIsNoRecipe(String text) {
    assertThatThrownBy(() -> RecipeText.read(text.replace("SHA", SHA)))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void tellsHowFilesDiffer() {
    KeyRecipe older =
        recipe(
            new LockFile("a", 1, SHA),
            new LockFile("go.sum", 1234, SHA),
            new LockFile("same", 5, SHA),
            new LockFile("size", 7, SHA),
            new LockFile("z", 1, SHA));
    KeyRecipe newer =
        recipe(
            new LockFile("go.sum", 1_300_000, OTHER),
            new LockFile("new\n", 1, SHA),
            new LockFile("same", 5, SHA),
            new LockFile("size", 7, OTHER));

    assertThat(RecipeDifferences.between(older, newer))
        .containsExactly(
            "a is gone",
            "go.sum changed (1.2 kB -> 1.3 MB)",
            "new\\u000a is new",
            "size changed (7 bytes as before)",
            "z is gone");
    assertThat(RecipeDifferences.between(older, older)).isEmpty();
  }

  @Test
  void showsBytesWhereTheRoundedSizesWouldBeEqual() {
    assertThat(
            RecipeDifferences.between(
                recipe(new LockFile("a", 1200, SHA)), recipe(new LockFile("a", 1203, OTHER))))
        .containsExactly("a changed (1200 -> 1203 bytes)");
  }

  @Test
  void tellsHowPlatformAndExtrasDiffer() {
    KeyRecipe older = new KeyRecipe("t", Optional.of("linux/arm64"), List.of(SHA), List.of());

    assertThat(
            RecipeDifferences.between(
                older, new KeyRecipe("u", Optional.of("linux/amd64"), List.of(OTHER), List.of())))
        .containsExactly("the platform was linux/arm64, now linux/amd64", "extra string 1 changed");
    assertThat(
            RecipeDifferences.between(
                older, new KeyRecipe("t", Optional.empty(), List.of(), List.of())))
        .containsExactly(
            "the platform was linux/arm64, now left out", "there were 1 extra strings, now 0");
  }
}
