package dev.stepcache.key;

import dev.stepcache.text.Printable;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * All that a key is made of.
 *
 * @param workingDirectory absolute; what the patterns are relative to; may be a link
 * @param neverWalked absolute folders: the cache paths
 * @param template as the user wrote it; part of the recipe, not of the key
 * @param platform {@code os/architecture}, or empty for a key that fits any
 * @param extras what else decides what the cache holds
 */
public record KeyInputs(
    Path workingDirectory,
    LockFilePatterns patterns,
    Set<Path> neverWalked,
    String template,
    Optional<String> platform,
    List<KeyExtra> extras) {
  private static final String VERSION = "stepcache-key-1";

  public KeyInputs {
    neverWalked = Set.copyOf(neverWalked);
    extras = List.copyOf(extras);
  }

  /**
   * A key and what made it.
   *
   * @param unmatchedPatterns those that took in no file, though others did: often a mistake
   * @param passedOver what was matched, or not even listed, and is no part of the key: a sentence
   *     each
   */
  public record Computed(
      CacheKey key, KeyRecipe recipe, List<String> unmatchedPatterns, List<String> passedOver) {
    public Computed {
      passedOver = List.copyOf(passedOver);
      unmatchedPatterns = List.copyOf(unmatchedPatterns);
    }
  }

  /**
   * Walks the working directory once, reads each matching file once.
   *
   * @throws NoLockFilesException when no pattern matches
   * @throws KeyExtraException when an extra part's file cannot be had
   * @throws UnreadableInputException when a match, or the working directory, cannot be read
   */
  public Computed compute() throws IOException {
    if (!Files.isDirectory(workingDirectory)) {
      throw new NoLockFilesException(
          "the working directory " + Printable.name(workingDirectory.toString()) + " is no folder");
    }
    LockFileWalk walk = LockFileWalk.of(workingDirectory, patterns.globs(), neverWalked);
    if (walk.found().isEmpty()) {
      throw new NoLockFilesException(
          new NoMatchHint(workingDirectory, patterns, neverWalked).text()
              + also(walk.passedOver()));
    }
    List<String> values = extraValues();
    KeyDigest digest = new KeyDigest();
    digest.field(VERSION);
    digest.field(platform.orElse(""));
    digest.number(values.size());
    values.forEach(digest::field);
    List<LockFile> files = new ArrayList<>();
    for (Map.Entry<String, Path> file : walk.found().entrySet()) {
      try {
        files.add(digest.file(file.getKey(), file.getValue()));
      } catch (InterruptedIOException | ClosedByInterruptException e) {
        throw e;
      } catch (IOException e) {
        throw new UnreadableInputException(
            "'" + Printable.name(file.getKey()) + "' matches, and cannot be read: " + why(e), e);
      }
    }
    List<String> hashedExtras = values.stream().map(KeyDigest::hex).toList();
    return new Computed(
        digest.key(),
        new KeyRecipe(template, platform, hashedExtras, files),
        walk.unmatched(),
        walk.passedOver());
  }

  private static String also(List<String> passedOver) {
    return passedOver.isEmpty() ? "" : "; " + passedOver.getFirst();
  }

  private List<String> extraValues() throws KeyExtraException {
    List<String> values = new ArrayList<>();
    for (KeyExtra extra : extras) {
      try {
        values.add(extra.value(workingDirectory, neverWalked));
      } catch (IOException e) {
        throw new KeyExtraException(e);
      }
    }
    return values;
  }

  private static String why(IOException e) {
    return switch (e) {
      case AccessDeniedException denied -> "no permission";
      case NoSuchFileException gone -> "it is gone";
      default -> Printable.name(String.valueOf(e.getMessage()));
    };
  }
}
