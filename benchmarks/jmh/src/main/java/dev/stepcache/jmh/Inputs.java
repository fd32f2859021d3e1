package dev.stepcache.jmh;

import dev.stepcache.key.LockFilePatterns;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** The real trees that {@code benchmarks/run} makes and keeps. */
@State(Scope.Benchmark)
public class Inputs {
  /** Names the folder that the trees are kept in. */
  static final String FOLDER = "stepcache.inputs";

  @Param({"nm", "m2", "gc"})
  public String input = "";

  Path tree() {
    Path tree = Path.of(System.getProperty(FOLDER, ""), input, "tree");
    if (!Files.isDirectory(tree)) {
      throw new IllegalStateException("there is no " + tree + ": benchmarks/jmh/run makes it");
    }
    return tree;
  }

  /** Patterns that match many of the tree's files, as in a repository of many modules. */
  LockFilePatterns patterns() {
    return LockFilePatterns.parse(
        List.of(
            switch (input) {
              case "nm" -> "**/package.json";
              case "m2" -> "**/*.pom";
              case "gc" -> "**/go.mod";
              default -> throw new IllegalArgumentException(input);
            }));
  }
}
