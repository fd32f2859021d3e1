package dev.stepcache.step;

import dev.stepcache.outcome.Reason;
import java.util.HashMap;
import java.util.Map;

/**
 * How a step's work ended, whatever that was: only FAIL_ON makes a failure of it.
 *
 * @param results values by the results' names; the reason is added
 */
public record StepEnd(Reason reason, Map<String, String> results) {
  public StepEnd {
    Map<String, String> all = new HashMap<>(results);
    all.put("reason", reason.word());
    results = Map.copyOf(all);
  }

  /** Whether a cache was restored or saved. */
  boolean achieved() {
    return "true".equals(results.get("fetched")) || "true".equals(results.get("uploaded"));
  }
}
