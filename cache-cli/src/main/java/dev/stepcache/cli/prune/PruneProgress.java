package dev.stepcache.cli.prune;

import dev.stepcache.cli.Output;
import dev.stepcache.oci.Tag;
import java.util.LinkedHashMap;
import java.util.Map;

/** What became of each tag so far, told while it happens. Safe for use by several threads. */
final class PruneProgress {
  private final Output output;
  private final boolean tells;
  private final Map<String, String> outcomes = new LinkedHashMap<>();
  private int removed;
  private int failed;

  /**
   * @param tells whether each tag gets a line
   */
  PruneProgress(Output output, boolean tells) {
    this.output = output;
    this.tells = tells;
  }

  synchronized void removed(Tag tag) {
    removed++;
    note(tag, "removed");
  }

  /** Somebody else removed it meanwhile. */
  synchronized void gone(Tag tag) {
    note(tag, "gone already");
  }

  synchronized void left(Tag tag, String why) {
    note(tag, "left: " + why);
  }

  synchronized void failed(Tag tag, String why) {
    failed++;
    note(tag, "not removed: " + why);
  }

  private void note(Tag tag, String outcome) {
    outcomes.put(tag.value(), outcome);
    if (tells) {
      output.line(tag + ": " + outcome);
    }
  }

  synchronized String outcome(Tag tag, String otherwise) {
    return outcomes.getOrDefault(tag.value(), otherwise);
  }

  synchronized int removed() {
    return removed;
  }

  synchronized int failed() {
    return failed;
  }

  /** How many tags were looked at, whatever became of them. */
  synchronized int done() {
    return outcomes.size();
  }
}
