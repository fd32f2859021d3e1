package dev.stepcache.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Results of a command in files, where whoever runs it reads them, such as a step's results. */
public final class ResultFiles {
  private static final Pattern ONE = Pattern.compile("([a-z]+)=(.*)");

  private final List<String> names;
  private final Map<String, Path> each = new LinkedHashMap<>();
  private final List<Path> all = new ArrayList<>();
  private boolean lost;

  @Spec(Spec.Target.MIXEE)
  private CommandSpec spec = CommandSpec.create();

  /**
   * @param names of the results, in the order in which they are written
   */
  public ResultFiles(String... names) {
    this.names = List.of(names);
  }

  @Option(
      names = "--results",
      paramLabel = "[NAME=]FILE",
      description =
          "Add the results to a file as name=value lines, as $GITHUB_OUTPUT takes them; with"
              + " NAME=, write that result alone into a file. May be repeated.")
  void results(List<String> given) {
    each.clear();
    all.clear();
    for (String text : given) {
      Matcher one = ONE.matcher(text);
      if (!one.matches()) {
        all.add(Path.of(text));
      } else if (names.contains(one.group(1))) {
        each.put(one.group(1), Path.of(one.group(2)));
      } else {
        throw new ParameterException(
            spec.commandLine(),
            "--results: '"
                + one.group(1)
                + "' is no result of this command: "
                + String.join(", ", names));
      }
    }
  }

  /**
   * Writes the files. One that cannot be written is told, and {@link #code} knows of it.
   *
   * @param values as many as there are names
   */
  public void write(Output output, String... values) {
    StringBuilder lines = new StringBuilder();
    for (int at = 0; at < values.length; at++) {
      lines.append(names.get(at)).append('=').append(values[at]).append('\n');
      Path file = each.get(names.get(at));
      if (file != null) {
        writeOne(output, file, values[at]);
      }
    }
    all.forEach(file ->
        writeOne(
            output, file, lines.toString(), StandardOpenOption.CREATE, StandardOpenOption.APPEND));
  }

  private void writeOne(Output output, Path file, String text, StandardOpenOption... how) {
    try {
      Files.writeString(file, text, how);
    } catch (IOException e) {
      lost = true;
      output.error("--results: '" + file + "' cannot be written: " + e.getMessage());
    }
  }

  /** The exit code of a command that would end with another one. */
  public int code(int otherwise) {
    return lost && otherwise == ExitCode.WELL ? ExitCode.STORE : otherwise;
  }
}
