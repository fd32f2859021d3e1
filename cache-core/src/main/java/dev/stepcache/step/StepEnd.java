package dev.stepcache.step;

import java.util.Map;

/**
 * How a step's work ended, whatever that was: the step itself ends with 0.
 *
 * @param results values by the results' names
 */
public record StepEnd(Map<String, String> results) {
  public StepEnd {
    results = Map.copyOf(results);
  }

  /** Whether a cache was restored or saved. */
  boolean achieved() {
    return "true".equals(results.get("fetched")) || "true".equals(results.get("uploaded"));
  }
}
