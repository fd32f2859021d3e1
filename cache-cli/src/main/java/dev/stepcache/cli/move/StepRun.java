package dev.stepcache.cli.move;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.stepcache.cli.Output;
import dev.stepcache.cli.ResultFiles;
import dev.stepcache.cli.Session;
import dev.stepcache.cli.flags.Dialect;
import dev.stepcache.cli.flags.StepFlags;
import dev.stepcache.cli.progress.ProgressMeter;
import dev.stepcache.console.Console;
import dev.stepcache.oci.Json;
import dev.stepcache.step.Result;
import dev.stepcache.step.Step;
import dev.stepcache.step.StepContext;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import picocli.CommandLine;

/** One run of a step's work by a command. */
record StepRun(
    Session session,
    RunOptions options,
    ResultFiles files,
    StepFlags flags,
    List<Result> declared) {
  private static final String PARAM = "PARAM_";
  private static final Set<String> TRUTHS = Set.of("fetched", "uploaded");

  /** Reads the params of a run from what was given. */
  interface Main {
    Step.Work read(Step step, List<String> args);
  }

  /** Those of a step. */
  static ResultFiles files(List<Result> declared) {
    return new ResultFiles(declared.stream().map(Result::name).toArray(String[]::new));
  }

  int of(CommandLine.ParseResult given, Main main) {
    Output output = session.output();
    Optional<ProgressMeter> meter = output.meter();
    Dialect dialect = new Dialect(flags.parameters());
    Map<String, String> results = new HashMap<>();
    int code;
    try (LogLines log = new LogLines(output, options.json(), dialect, meter)) {
      StepContext around =
          new StepContext(
              environment(given),
              new Console(log, meter.map(TransferMeter::new)),
              options.record(session.environment()),
              connection -> connection.with(session.helpers()),
              results::putAll);
      List<String> args = flags.args(given);
      code = Step.run(around, declared, step -> main.read(step, args));
    } finally {
      meter.ifPresent(ProgressMeter::close);
    }
    return results.isEmpty() ? code : told(results, code);
  }

  /** Variables that look like params are none here: a param is an option. */
  private Map<String, String> environment(CommandLine.ParseResult given) {
    Map<String, String> environment = new HashMap<>(session.environment());
    environment.keySet().removeIf(name -> name.startsWith(PARAM));
    environment.putAll(flags.environment(given));
    return environment;
  }

  private int told(Map<String, String> results, int code) {
    if (options.json()) {
      ObjectNode document = Json.newObject();
      for (Result result : declared) {
        String value = results.getOrDefault(result.name(), result.nothing());
        if (TRUTHS.contains(result.name())) {
          document.put(result.name(), Boolean.parseBoolean(value));
        } else if (value.isEmpty()) {
          document.putNull(result.name());
        } else {
          document.put(result.name(), value);
        }
      }
      session.output().out().println(new String(Json.bytes(document), StandardCharsets.UTF_8));
    }
    files.write(
        session.output(),
        declared.stream()
            .map(result -> results.getOrDefault(result.name(), result.nothing()))
            .toArray(String[]::new));
    return files.code(code);
  }
}
