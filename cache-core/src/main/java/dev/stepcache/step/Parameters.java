package dev.stepcache.step;

import dev.stepcache.text.Printable;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * The params of one run. Texts and flags come from the environment, lists from the args, each
 * behind a sentinel, since Tekton gives an array only so. Blank means not given. Whatever is wrong
 * is a {@link UsageException} that names the param as the user spelled it.
 */
public final class Parameters {
  private static final String UNEXPANDED = "$(";

  /** What was given, and by which name. */
  private record Given(String spelling, List<String> values) {}

  /** By name: the first hash of a record costs tens of milliseconds, in which its code is made. */
  private final Map<String, Given> given = new HashMap<>();

  private final List<Parameter> declared;
  private final List<String> warnings = new ArrayList<>();

  private Parameters(List<Parameter> declared) {
    this.declared = List.copyOf(declared);
  }

  /** Reads all declared params; other variables of the environment are not ours. */
  public static Parameters read(
      List<Parameter> declared, Map<String, String> environment, List<String> args) {
    Parameters parameters = new Parameters(declared);
    Map<String, List<String>> lists = parameters.lists(args);
    for (Parameter parameter : declared) {
      for (String spelling : parameter.spellings()) {
        List<String> values =
            parameter.form() == Parameter.Form.LIST
                ? lists.getOrDefault(spelling, List.of())
                : List.of(environment.getOrDefault(Parameter.variable(spelling), ""));
        parameters.give(parameter, spelling, values);
      }
    }
    return parameters;
  }

  /** What was given, else the fallback, else empty. */
  public Optional<String> text(Parameter parameter) {
    String value = values(parameter).stream().findFirst().orElse(parameter.fallback());
    return value.isEmpty() ? Optional.empty() : Optional.of(value);
  }

  /** As {@link #text}, but demanded. */
  public String demanded(Parameter parameter) {
    return text(parameter)
        .orElseThrow(() -> new UsageException(parameter.name() + " is missing: give it a value"));
  }

  /** What was given, without the fallback: true or false in any case. */
  public Optional<Boolean> givenFlag(Parameter parameter) {
    return values(parameter).stream()
        .findFirst()
        .map(value ->
            switch (value.toLowerCase(Locale.ROOT)) {
              case "true" -> true;
              case "false" -> false;
              default ->
                  throw mistake(
                      parameter, "'" + value + "' is no boolean: write \"true\" or \"false\"");
            });
  }

  /**
   * Whether a flag is given and true.
   *
   * @throws UsageException when it is neither true nor false
   */
  public boolean flag(Parameter parameter) {
    return givenFlag(parameter).orElse(Boolean.parseBoolean(parameter.fallback()));
  }

  /** What was given, in order, without blank elements; may be empty. */
  public List<String> list(Parameter parameter) {
    return values(parameter);
  }

  /** A path as it was given: perhaps relative. */
  public Optional<Path> path(Parameter parameter) {
    return text(parameter).map(text -> pathOf(parameter, text));
  }

  /** The same of a text that stands in a param. */
  Path pathOf(Parameter parameter, String path) {
    if (path.startsWith("~") || path.startsWith("$")) {
      throw mistake(
          parameter,
          "'"
              + path
              + "': no shell expands it here; write the whole path, such as"
              + " $(workspaces.source.path)/cache");
    }
    try {
      return Path.of(path);
    } catch (InvalidPathException e) {
      throw mistake(
          parameter,
          "'"
              + path
              + "' is no path here; a name beyond ASCII needs a UTF-8 locale"
              + " (LC_ALL=C.UTF-8)");
    }
  }

  /** What to throw for a value: the param as it was spelled, then what is wrong and the cure. */
  public UsageException mistake(Parameter parameter, String what) {
    Given value = given.get(parameter.name());
    return new UsageException((value == null ? parameter.name() : value.spelling()) + ": " + what);
  }

  /** Whether a value was given, as against the fallback. */
  public boolean isGiven(Parameter parameter) {
    return !values(parameter).isEmpty();
  }

  /** What the user should be told although the step goes on, a line each. */
  public List<String> warnings() {
    return List.copyOf(warnings);
  }

  private List<String> values(Parameter parameter) {
    if (declared.stream().noneMatch(known -> known.name().equals(parameter.name()))) {
      throw new IllegalArgumentException(parameter.name() + " is not declared");
    }
    Given value = given.get(parameter.name());
    return value == null ? List.of() : value.values();
  }

  private void give(Parameter parameter, String spelling, List<String> raw) {
    List<String> values = new ArrayList<>();
    for (String value : raw) {
      String stripped = value.strip();
      if (stripped.contains(UNEXPANDED)) {
        unexpanded(parameter, spelling, stripped);
      } else if (!stripped.isEmpty()) {
        values.add(stripped);
      }
    }
    if (values.isEmpty()) {
      return;
    }
    Given other = given.putIfAbsent(parameter.name(), new Given(spelling, List.copyOf(values)));
    if (other != null && !other.values().equals(values)) {
      throw new UsageException(
          other.spelling()
              + " and "
              + spelling
              + " are two spellings of one param and have different values: give one of them");
    }
  }

  private void unexpanded(Parameter parameter, String spelling, String value) {
    String what = spelling + ": Tekton left '" + value + "' as it is, so it names nothing";
    if (!parameter.fedByResults()) {
      throw new UsageException(what + ": correct the name, or leave the param out");
    }
    warnings.add(
        Printable.of(
            what
                + " that this pipeline has. It counts as not given. Cure: leave "
                + spelling
                + " out, or write $(steps.<name of the cache-fetch step>.results."
                + parameter.name().toLowerCase(Locale.ROOT)
                + ")"));
  }

  private Map<String, List<String>> lists(List<String> args) {
    Map<String, List<String>> known = new HashMap<>();
    for (Parameter parameter : declared) {
      if (parameter.form() == Parameter.Form.LIST) {
        parameter.spellings().forEach(spelling -> known.put(spelling, new ArrayList<>()));
      }
    }
    List<String> current = null;
    for (String arg : args) {
      if (arg.startsWith(Parameter.sentinel(""))) {
        current = known.get(arg.substring(Parameter.sentinel("").length()));
        if (current == null) {
          throw new UsageException("unknown arg '" + arg + "': known are " + sentinels(known));
        }
      } else if (current == null) {
        throw new UsageException(
            "unknown arg '"
                + arg
                + "': an array's values come after "
                + sentinels(known)
                + "; every other param is a variable such as PARAM_CACHE_PATH");
      } else {
        current.add(arg);
      }
    }
    return known;
  }

  private static String sentinels(Map<String, List<String>> known) {
    return String.join(", ", known.keySet().stream().map(Parameter::sentinel).sorted().toList());
  }
}
