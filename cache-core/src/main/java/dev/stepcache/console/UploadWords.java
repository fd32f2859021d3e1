package dev.stepcache.console;

import dev.stepcache.key.CacheKey;
import dev.stepcache.key.KeyInputs;
import dev.stepcache.key.Scope;
import dev.stepcache.outcome.Trouble;
import dev.stepcache.outcome.UploadOutcome;
import dev.stepcache.text.Amounts;
import java.util.List;
import java.util.Optional;

/** What a person reads of an upload, besides its events. */
public record UploadWords(Console console) {
  /** That nothing is saved, for MODE. */
  public void readOnly() {
    console.line("read-only: MODE is read, so nothing is saved");
  }

  /** That nothing is left out for being unused. */
  public void pruningWithoutEffect() {
    console.line(
        "PRUNE_UNUSED_AFTER has no effect: it needs PRESET go, ko, golangci-lint or maven");
  }

  /** That nothing is saved, since the fetch had a hit. */
  public void fetched() {
    console.line("fetched: cache-fetch restored this very key, so there is nothing to save");
  }

  /** For whom the cache is saved, as a param says. */
  public void scope(Scope scope) {
    console.line("scope " + scope.text());
  }

  /** For whom the cache is saved, as the fetch says. */
  public void scopeOfTheFetch(Scope scope) {
    console.line("scope " + scope.text() + " as cache-fetch was told");
  }

  /** A key that had to be computed, after the build. */
  public void computedNow(KeyInputs.Computed computed) {
    console.line(
        "key "
            + computed.key()
            + " computed now, from "
            + Amounts.files(computed.recipe().files().size()));
  }

  /** A key that the param KEY has. */
  public void givenKey(CacheKey key) {
    console.line("key " + key + " from KEY");
  }

  /** A key that was computed before the build. */
  public void keyOfTheFetch(CacheKey key) {
    console.line("key " + key + " as cache-fetch computed it");
  }

  /** How the build changed what the key is made of, a line each; nothing is no news. */
  public void changedByTheBuild(List<String> differences) {
    if (!differences.isEmpty()) {
      console.line("  the build changed what the key is made of; it is saved under fetch's key:");
      differences.forEach(difference -> console.line("  " + difference));
      console.line(
          "  if each run says so, leave that file out of PATTERNS, or let the build not rewrite it");
    }
  }

  /**
   * That no file matches the patterns after the build.
   *
   * @param why a sentence that names the patterns
   */
  public void keyFilesGone(String why) {
    console.warning("the files of the key are gone: " + why);
  }

  /**
   * That KEY_EXTRA names what cannot be a part of the key.
   *
   * @param why a sentence that names it
   */
  public void mistakeInExtra(String why) {
    console.warning("KEY_EXTRA: " + why);
  }

  /**
   * That a file of the key cannot be read after the build.
   *
   * @param why a sentence that names it
   */
  public void keyFilesUnreadable(String why) {
    console.warning("the files of the key: " + why);
  }

  /**
   * A cache that was saved.
   *
   * @param growth bytes more than what was restored; empty where nothing was
   * @param time what the step took
   */
  public void saved(UploadOutcome.Saved saved, Optional<Long> growth, String time) {
    console.line(
        "saved: "
            + Amounts.files(saved.files())
            + ", "
            + Amounts.bytes(saved.bytes())
            + growth.map(UploadWords::growth).orElse("")
            + ", in "
            + saved.layers()
            + (saved.layers() == 1 ? " layer" : " layers")
            + " of "
            + Amounts.bytes(saved.stored())
            + " ("
            + Amounts.bytes(saved.sent())
            + " sent) to "
            + saved.reference()
            + " in "
            + time);
  }

  private static String growth(long bytes) {
    return " ("
        + (bytes < 0 ? "-" : "+")
        + Amounts.bytes(Math.abs(bytes))
        + " since the cache that was fetched)";
  }

  /** That there was nothing to save, or that nothing was to be saved. */
  public void notSaved(UploadOutcome outcome, String time) {
    console.line(outcome.reason().word() + ": " + outcome.message() + " (" + time + ")");
  }

  /** That the rolling tag is where it was. */
  public void notFollowed(Trouble trouble) {
    console.warning("ROLLING_TAG could not be moved: " + trouble.message());
  }

  /** How a tool cleans up what it caches. */
  public void cleanUp(String how) {
    console.line("  " + how);
  }
}
