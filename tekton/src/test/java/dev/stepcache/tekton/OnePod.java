package dev.stepcache.tekton;

import dev.stepcache.fetch.CacheFetch;
import dev.stepcache.step.Result;
import dev.stepcache.step.Step;
import dev.stepcache.upload.CacheUpload;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The two steps of one pod, in this process, with the folder that its steps share. */
final class OnePod {
  /** What a step left. */
  record Ran(int exitCode, String log, Map<String, String> results) {}

  private final Path root;
  private final Map<String, String> params = new HashMap<>();
  private final Map<String, List<String>> lists = new HashMap<>();
  private List<String> patterns = List.of("**go.mod", "**go.sum");

  OnePod(Path root) throws IOException {
    this.root = root;
    Files.createDirectories(root.resolve("tekton/home"));
  }

  OnePod param(String name, String value) {
    params.put("PARAM_" + name, value);
    return this;
  }

  OnePod patterns(String... values) {
    patterns = Arrays.asList(values);
    return this;
  }

  OnePod list(String name, String... values) {
    lists.put(name, List.of(values));
    return this;
  }

  OnePod without(String list) {
    lists.remove(list);
    return this;
  }

  Ran fetch(String reference) {
    return fetch(reference, CacheFetch::read);
  }

  /** The same, whose params are read by somebody else. */
  Ran fetch(String reference, Reading reading) {
    return run("SOURCE", reference, Result.OF_FETCH, reading);
  }

  Ran upload(String reference) {
    return run("TARGET", reference, Result.OF_UPLOAD, CacheUpload::read);
  }

  /** How a step's params become its work. */
  interface Reading {
    Step.Work read(Step step, List<String> args);
  }

  private Ran run(String param, String reference, List<Result> results, Reading reading) {
    try {
      Path folder = Files.createTempDirectory(root, "results");
      Map<String, String> environment = new HashMap<>(params);
      environment.put("PARAM_" + param, reference);
      results.forEach(
          result -> environment.put(result.variable(), folder.resolve(result.name()).toString()));
      List<String> args = new ArrayList<>(List.of("--@PATTERNS"));
      args.addAll(patterns);
      lists.forEach((name, values) -> {
        args.add("--@" + name);
        args.addAll(values);
      });
      ByteArrayOutputStream log = new ByteArrayOutputStream();
      int exitCode =
          Step.runWithoutSignals(
              environment,
              new PrintStream(log, true, StandardCharsets.UTF_8),
              root,
              results,
              step -> reading.read(step, args));
      Map<String, String> written = new HashMap<>();
      for (Result result : results) {
        written.put(result.name(), Files.readString(folder.resolve(result.name())));
      }
      return new Ran(exitCode, log.toString(StandardCharsets.UTF_8), written);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
