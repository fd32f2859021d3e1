package dev.stepcache.key;

import dev.stepcache.text.Printable;
import java.util.List;

/**
 * The patterns that name lock files, relative to the working directory (docs/format.md, the key).
 * {@code go.mod} is that file only; {@code **go.mod} and {@code **}{@code /go.mod} are the same, a
 * whole name at any depth; {@code !} takes out; their order does not matter.
 */
public record LockFilePatterns(List<String> patterns) {
  public LockFilePatterns {
    patterns = List.copyOf(patterns);
    List<Glob> globs = patterns.stream().map(Glob::parse).toList();
    if (!globs.isEmpty() && globs.stream().allMatch(Glob::excludes)) {
      throw GlobName.mistake(
          globs.getFirst().text(), "takes files out, and no other pattern takes any in");
    }
  }

  /**
   * Reads patterns as users write them: blank ones are dropped. Throws IllegalArgumentException
   * that names the pattern and what is wrong with it.
   */
  public static LockFilePatterns parse(List<String> patterns) {
    return new LockFilePatterns(
        patterns.stream().map(String::strip).filter(pattern -> !pattern.isEmpty()).toList());
  }

  /** Whether there is no pattern. */
  public boolean isEmpty() {
    return patterns.isEmpty();
  }

  List<Glob> globs() {
    return patterns.stream().map(Glob::parse).toList();
  }

  @Override
  public String toString() {
    return String.join(", ", patterns.stream().map(Printable::name).toList());
  }
}
