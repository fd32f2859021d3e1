package dev.stepcache.step;

import dev.stepcache.usage.Units;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;

/**
 * The preset of a run: named by the param PRESET, or detected by what lies at the top of the
 * working directory.
 *
 * @param marker the file that it was detected by; empty when it was named
 * @param others what else could have been detected, with its file
 * @param givesPatterns whether the user gave none
 */
public record ChosenPreset(
    Preset preset, Optional<String> marker, List<String> others, boolean givesPatterns) {
  static final Parameter PRESET = Parameter.text("PRESET");

  private static final String AUTO = "auto";

  public ChosenPreset {
    others = List.copyOf(others);
  }

  /**
   * @param wanted whether patterns are needed and the user gave none: then, if he named no preset
   *     either, one is detected, and finding none is no mistake of PRESET
   */
  static Optional<ChosenPreset> read(
      Parameters parameters, Path workingDirectory, boolean givesPatterns, boolean wanted) {
    Optional<String> word = parameters.text(PRESET).map(text -> text.toLowerCase(Locale.ROOT));
    if (word.isPresent() && !word.get().equals(AUTO)) {
      Preset preset =
          Preset.of(word.get())
              .orElseThrow(() ->
                  parameters.mistake(
                      PRESET,
                      "'" + word.get() + "' is no preset: write auto or one of " + words()));
      return Optional.of(new ChosenPreset(preset, Optional.empty(), List.of(), givesPatterns));
    }
    if (word.isEmpty() && !wanted) {
      return Optional.empty();
    }
    Optional<ChosenPreset> detected = detected(workingDirectory, givesPatterns);
    if (word.isPresent() && detected.isEmpty()) {
      throw parameters.mistake(
          PRESET,
          "auto finds none of "
              + String.join(", ", markers())
              + " in "
              + workingDirectory
              + ": name the preset, one of "
              + words());
    }
    return detected;
  }

  private static Optional<ChosenPreset> detected(Path workingDirectory, boolean givesPatterns) {
    List<Preset> found = new ArrayList<>();
    List<String> by = new ArrayList<>();
    for (Preset preset : Preset.ALL) {
      preset.markers().stream()
          .filter(marker -> Files.isRegularFile(workingDirectory.resolve(marker)))
          .findFirst()
          .ifPresent(marker -> {
            found.add(preset);
            by.add(marker);
          });
    }
    if (found.isEmpty()) {
      return Optional.empty();
    }
    List<String> others = new ArrayList<>();
    for (int at = 1; at < found.size(); at++) {
      others.add(found.get(at).word() + " (" + by.get(at) + ")");
    }
    return Optional.of(
        new ChosenPreset(found.getFirst(), Optional.of(by.getFirst()), others, givesPatterns));
  }

  /** The folder to cache where the user names none, relative to the working directory. */
  String folder() {
    return ".cache/" + preset.word();
  }

  List<String> patterns() {
    return preset.patterns();
  }

  /** Whether it is one of Go's. */
  boolean usesGo() {
    return preset.patterns().contains("**/go.mod");
  }

  /** What the preset never saves: patterns, as EXCLUDES has them. */
  public List<String> excludes() {
    return preset.excludes();
  }

  /** Whether the cache is an OCI image layout, whose unnamed blobs are not saved. */
  public boolean cachesOciLayout() {
    return preset.ociLayout();
  }

  /** What its tool needs whole; of tools with which nobody tried it, nothing. */
  public Units units() {
    return preset.units();
  }

  /** How to make the cache smaller. */
  public String cleanUp(Path cachePath) {
    String command = preset.cleanUp().command().replace("{}", cachePath.toString());
    return "to make it smaller, let the build's step run "
        + switch (preset.cleanUp()) {
          case Preset.CleanUp.BeforeTheBuild _ -> "before it builds: ";
          case Preset.CleanUp.AfterTheBuild _ -> "after it built: ";
        }
        + command;
  }

  /** What was chosen, and why. */
  public String line() {
    return "preset "
        + preset.word()
        + marker.map(file -> ", detected by " + file).orElse("")
        + (givesPatterns ? ": the key is made of " + String.join(", ", preset.patterns()) : "");
  }

  /**
   * What the user should know: what was chosen, why, and what the build must set; a line each.
   *
   * @param only the cache path, if there is one alone
   */
  public List<String> lines(Optional<Path> only) {
    List<String> lines = new ArrayList<>();
    lines.add(line());
    if (!others.isEmpty()) {
      lines.add(
          "  there is also "
              + String.join(", ", others)
              + ": PRESET chooses; each wants a pair of steps of its own");
    }
    // Whoever names several folders knows which tool fills which.
    only.stream()
        .flatMap(cachePath ->
            preset.variables().stream()
                .map(variable -> variable.replace("{}", cachePath.toString())))
        .map(variable ->
            "  the build must " + (variable.startsWith("-") ? "pass " : "set ") + variable)
        .forEach(lines::add);
    preset
        .privacy()
        .map(text -> text.replaceFirst("\\{}", folderIn(only)))
        .map(line -> "  " + line)
        .ifPresent(lines::add);
    return lines;
  }

  private static String folderIn(Optional<Path> only) {
    return Matcher.quoteReplacement(only.map(Path::toString).orElse("<the folder>"));
  }

  private static String words() {
    return String.join(", ", Preset.ALL.stream().map(Preset::word).sorted().toList());
  }

  static List<String> markers() {
    return Preset.ALL.stream().flatMap(preset -> preset.markers().stream()).toList();
  }
}
