package dev.stepcache.key;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KeyExtraTest {
  @TempDir Path folder;

  @BeforeEach
  void makeAProject() throws IOException {
    Files.writeString(folder.resolve("go.sum"), "sum");
    Files.writeString(folder.resolve(".tool-versions"), "golang 1.25.5");
  }

  private KeyInputs.Computed computed(String... extras) throws IOException {
    return new KeyInputs(
            folder,
            LockFilePatterns.parse(List.of("go.sum")),
            Set.of(folder.resolve("cache")),
            "t",
            Optional.empty(),
            Arrays.stream(extras).map(KeyExtra::new).toList())
        .compute();
  }

  @Test
  void isAnotherKeyForAnotherContentOfAFile() throws IOException {
    CacheKey key = computed("@.tool-versions").key();
    Files.writeString(folder.resolve(".tool-versions"), "golang 1.25.6");

    assertThat(computed("@.tool-versions").key()).isNotEqualTo(key);
    Files.writeString(folder.resolve(".tool-versions"), "golang 1.25.5");
    assertThat(computed("@.tool-versions").key()).isEqualTo(key);
  }

  @Test
  void isNotTheStringThatNamesTheFile() throws IOException {
    assertThat(computed("@.tool-versions").key()).isNotEqualTo(computed("@@.tool-versions").key());
    assertThat(computed("@@x").recipe().extras()).containsExactly(KeyDigest.hex("@x"));
    assertThat(computed("x").recipe().extras()).containsExactly(KeyDigest.hex("x"));
  }

  @Test
  void isWhatTheFormatSays() throws IOException {
    assertThat(computed("@.tool-versions").recipe().extras())
        .containsExactly(KeyDigest.hex("@.tool-versions\0" + KeyDigest.hex("golang 1.25.5")));
  }

  @Test
  void namesTheFileThatIsNotThere() {
    assertThatThrownBy(() -> computed("1.25", "@absent"))
        .isInstanceOf(KeyExtraException.class)
        .hasMessageContaining("'@absent': there is no file");
    assertThatThrownBy(() -> computed("@.")).isInstanceOf(KeyExtraException.class);
    assertThatThrownBy(() -> new KeyExtra("@")).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void refusesAFileOfTheCachePath() throws IOException {
    Files.createDirectories(folder.resolve("cache"));
    Files.writeString(folder.resolve("cache/x"), "");

    assertThatThrownBy(() -> computed("@cache/x"))
        .isInstanceOf(KeyExtraException.class)
        .hasMessageContaining("cache path");
  }
}
