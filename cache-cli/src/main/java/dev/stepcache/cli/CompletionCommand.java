package dev.stepcache.cli;

import java.util.concurrent.Callable;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The script by which a shell completes commands and options. */
@Command(
    name = "completion",
    description = "Prints the script by which bash or zsh completes commands and options.",
    footer = {
      "",
      "Example: for this shell, and for each new one in ~/.bashrc or ~/.zshrc",
      "  source <(stepcache completion)"
    })
final class CompletionCommand implements Callable<Integer> {
  private final Session session;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this.")
  @SuppressWarnings("UnusedVariable") // Picocli ends the command where it is set.
  private boolean help;

  @Spec private CommandSpec spec = CommandSpec.create();

  CompletionCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() {
    CommandLine whole = spec.root().commandLine();
    session.output().out().print(AutoComplete.bash("stepcache", whole));
    return ExitCode.WELL;
  }
}
