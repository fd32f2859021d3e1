package dev.stepcache.step;

import dev.stepcache.connect.Connection;
import dev.stepcache.console.Console;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/**
 * What is around a step's work where no Tekton starts it, such as a command line.
 *
 * @param environment of the process, and the params as variables; holds secrets
 * @param console where a person reads what happens
 * @param shared the folder in which a fetch leaves word for the upload that belongs to it, and for
 *     no other; empty where there is none
 * @param connecting adds what is known of how the stores are reached besides the params
 * @param results is told them at the end, by their names
 */
public record StepContext(
    Map<String, String> environment,
    Console console,
    Optional<Path> shared,
    UnaryOperator<Connection> connecting,
    Consumer<Map<String, String>> results) {
  public StepContext {
    environment = Map.copyOf(environment);
  }

  /** Without the environment, which holds secrets. */
  @Override
  public String toString() {
    return "StepContext[shared=" + shared + "]";
  }
}
