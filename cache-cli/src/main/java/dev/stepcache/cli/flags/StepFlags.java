package dev.stepcache.cli.flags;

import dev.stepcache.step.Parameter;
import dev.stepcache.step.Parameters;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/**
 * Params of a StepAction as options of a command: {@code CACHE_PATH} is {@code --cache-path}. A
 * list is an option that may be given several times; a flag may be given a value.
 */
public record StepFlags(List<Parameter> parameters) {
  public StepFlags {
    parameters = List.copyOf(parameters);
  }

  /** How a param is written on a command line. */
  public static String option(String name) {
    return "--" + name.toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** Gives a command the options. */
  public void addTo(CommandSpec command) {
    for (Parameter parameter : parameters) {
      FlagText text = FlagText.of(parameter.name());
      OptionSpec.Builder option =
          OptionSpec.builder(option(parameter.name()))
              .description(text.description())
              .paramLabel(text.label());
      command.addOption(
          switch (parameter.form()) {
            case TEXT -> option.type(String.class).build();
            case LIST -> option.type(List.class).auxiliaryTypes(String.class).arity("1").build();
            case FLAG -> option.type(Boolean.class).arity("0..1").fallbackValue("true").build();
          });
    }
  }

  /**
   * What was given, read as a step reads its params.
   *
   * @throws dev.stepcache.step.UsageException for a mistake of the user
   */
  public Parameters read(CommandLine.ParseResult given) {
    return Parameters.read(parameters, environment(given), args(given));
  }

  /** Texts and flags, as the variables of a step's environment. */
  public Map<String, String> environment(CommandLine.ParseResult given) {
    Map<String, String> variables = new HashMap<>();
    for (Parameter parameter : parameters) {
      String option = option(parameter.name());
      if (parameter.form() != Parameter.Form.LIST && given.hasMatchedOption(option)) {
        Object value = given.matchedOption(option).getValue();
        variables.put(Parameter.variable(parameter.name()), String.valueOf(value));
      }
    }
    return variables;
  }

  /** Lists, as the args of a step. */
  public List<String> args(CommandLine.ParseResult given) {
    List<String> args = new ArrayList<>();
    for (Parameter parameter : parameters) {
      String option = option(parameter.name());
      if (parameter.form() == Parameter.Form.LIST && given.hasMatchedOption(option)) {
        args.add(Parameter.sentinel(parameter.name()));
        List<?> values = given.matchedOption(option).getValue();
        values.forEach(value -> args.add(String.valueOf(value)));
      }
    }
    return args;
  }
}
