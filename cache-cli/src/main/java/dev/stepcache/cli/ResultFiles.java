package dev.stepcache.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Figures of a command in files, where whoever runs it reads them, such as results of a step. */
public final class ResultFiles {
  private final List<String> names;
  private Map<String, Path> files = new TreeMap<>();

  @Spec(Spec.Target.MIXEE)
  private CommandSpec spec = CommandSpec.create();

  /**
   * @param names of the figures, in the order in which they are written
   */
  public ResultFiles(String... names) {
    this.names = List.of(names);
  }

  @Option(
      names = "--result",
      paramLabel = "NAME=FILE",
      description = "Write a figure into a file too, such as the result of a step.")
  void results(Map<String, Path> given) {
    for (String name : given.keySet()) {
      if (!names.contains(name)) {
        throw new ParameterException(
            spec.commandLine(),
            "'" + name + "' is no figure of this command: " + String.join(", ", names));
      }
    }
    files = new TreeMap<>(given);
  }

  /**
   * @param figures as many as there are names
   * @throws UncheckedIOException where a file cannot be written
   */
  public void write(String... figures) {
    for (int at = 0; at < figures.length; at++) {
      Path file = files.get(names.get(at));
      if (file != null) {
        try {
          Files.writeString(file, figures[at]);
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        }
      }
    }
  }
}
