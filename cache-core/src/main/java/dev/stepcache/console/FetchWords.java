package dev.stepcache.console;

import dev.stepcache.key.KeyInputs;
import dev.stepcache.key.LockFile;
import dev.stepcache.key.Scope;
import dev.stepcache.outcome.FetchOutcome;
import dev.stepcache.outcome.Reason;
import dev.stepcache.text.Amounts;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * What a person reads of a fetch, besides its events.
 *
 * @param readOnly whether nothing will be saved later
 * @param lookupOnly whether nothing is to be restored
 */
public record FetchWords(Console console, boolean readOnly, boolean lookupOnly) {
  /** Of a list that may have as many entries as a repository has files. */
  private static final int SHOWN = 20;

  /** The key, and the first of the files that made it. */
  public void key(KeyInputs.Computed computed) {
    List<LockFile> files = computed.recipe().files();
    console.line(
        "key "
            + computed.key()
            + " from "
            + Amounts.files(files.size())
            + computed.recipe().platform().map(platform -> " and " + platform).orElse("")
            + ":");
    beginning(
        files.stream()
            .map(file -> file.name() + " (" + Amounts.bytes(file.length()) + ")")
            .toList());
  }

  private void beginning(List<String> lines) {
    lines.stream().limit(SHOWN).forEach(line -> console.line("  " + line));
    if (lines.size() > SHOWN) {
      console.line("  and " + (lines.size() - SHOWN) + " more");
    }
  }

  /** For whom the cache is, and its name in tags where that is another. */
  public void scope(Scope scope) {
    console.line("scope " + scope.text() + (scope.isHashed() ? ", in tags " + scope.name() : ""));
  }

  /** Files of the key that lie in a cache path; none is no news. */
  public void filesInTheCachePath(List<String> inside) {
    if (!inside.isEmpty()) {
      console.warning(
          "PATTERNS: "
              + Amounts.files(inside.size())
              + " in the cache path match, such as "
              + inside.getFirst()
              + ": what was restored or built there makes another key, and nothing is ever hit."
              + " Cure: leave out the pattern that begins with the cache path");
    }
  }

  /** Patterns of which each matches no file, while others do; a warning each. */
  public void unmatchedPatterns(List<String> patterns) {
    patterns.forEach(pattern -> console.warning("PATTERNS: '" + pattern + "' matches no file"));
  }

  /** What is no part of the key, a sentence each. */
  public void passedOver(List<String> sentences) {
    sentences.stream().limit(SHOWN).forEach(console::warning);
    if (sentences.size() > SHOWN) {
      console.warning("of " + (sentences.size() - SHOWN) + " more that holds too");
    }
  }

  /** A cache path could not be made for the build. */
  public void noFolder(String why) {
    console.warning("the cache path could not be made for the build: " + why);
  }

  /**
   * A marker file was left in the cache path.
   *
   * @param tool that it is for
   */
  public void marked(String tool, Path file) {
    console.line(
        "left "
            + file
            + ", so that "
            + tool
            + " takes no notice of the cache; it is no part of the cache");
  }

  /** No marker file could be left. */
  public void noMarker(String why) {
    console.warning("no file could be left that keeps go and git out of the cache path: " + why);
  }

  /**
   * A hit or a fallback.
   *
   * @param cachePaths into what
   * @param time what the step took
   * @param differences between what made the fallback's key and this one, a line each
   */
  public void restored(
      FetchOutcome outcome,
      FetchOutcome.Restored restored,
      String cachePaths,
      String time,
      Optional<List<String>> differences) {
    if (!outcome.message().isEmpty()) {
      console.warning(outcome.message());
    }
    boolean fallback = outcome.reason() == Reason.FALLBACK;
    console.line(
        outcome.reason().word()
            + (lookupOnly ? ": would restore " : ": restored ")
            // An image of another tool does not say.
            + (restored.files() == 0 ? "" : Amounts.files(restored.files()) + ", ")
            + Amounts.bytes(restored.bytes())
            + " ("
            + Amounts.bytes(restored.transferred())
            + " compressed) into "
            + cachePaths
            + (fallback ? " from " + restored.reference() : "")
            + (lookupOnly ? "; nothing was changed" : " in " + time)
            + restored
                .buildTime()
                .map(build -> "; the build that made it took " + build.toSeconds() + " s")
                .orElse(""));
    if (fallback) {
      differences("since that was saved", differences);
      whatUploadDoes("the new key");
    }
  }

  /** That a fetch missed; what explains it is looked for only after that. */
  public void missed(String message, String time) {
    console.line("miss: " + message + " (" + time + ")");
  }

  /** Why it missed, and what comes of it. */
  public void missExplained(Optional<List<String>> differences) {
    differences("since the newest cache here was saved", differences);
    whatUploadDoes("one");
  }

  private void differences(String since, Optional<List<String>> differences) {
    if (differences.filter(List::isEmpty).isPresent()) {
      console.line("  " + since + ", nothing that makes the key has changed");
    } else if (differences.isPresent()) {
      console.line("  " + since + ":");
      beginning(differences.get());
    }
  }

  private void whatUploadDoes(String what) {
    if (readOnly) {
      console.line("  MODE is read: cache-upload will save nothing");
    } else if (!lookupOnly) {
      console.line("  cache-upload will save " + what + " at the end of this run");
    }
  }

  /**
   * That the workspace could not be written to, so that the upload computes a key of its own.
   *
   * @param why a sentence without its full stop
   */
  public void noRecord(String why) {
    console.warning("cache-upload will not know the key of this fetch: " + why);
  }
}
