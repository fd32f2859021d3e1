package dev.stepcache.cli.move;

import dev.stepcache.cli.ResultFiles;
import dev.stepcache.cli.Session;
import dev.stepcache.cli.flags.StepFlags;
import dev.stepcache.fetch.CacheFetch;
import dev.stepcache.fetch.FetchOptions;
import dev.stepcache.step.Result;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Restores a cache, as the step does. */
@Command(
    name = "fetch",
    customSynopsis =
        "stepcache fetch --source TEMPLATE [--patterns PATTERN]... [--cache-path FOLDER] [OPTION]...",
    description = {
      "Restores the cache of a working directory: all of it or nothing. As the StepAction, it"
          + " ends with 0 whatever the cache does, so that it never breaks a build; --fail-on"
          + " changes that."
    },
    footer = {
      "",
      "Example: the modules and build cache of a Go project",
      "  stepcache fetch --source oci://registry.example.com/team/cache:{{hash}} \\",
      "    --patterns '**/go.sum' --cache-path .cache/go --fallback-keys latest"
    })
public final class FetchCommand implements Callable<Integer> {
  private static final StepFlags FLAGS = new StepFlags(FetchOptions.PARAMETERS);

  private final Session session;
  private final CommandLine line;

  @Mixin private RunOptions options = new RunOptions();

  @Mixin private ResultFiles results = StepRun.files(Result.OF_FETCH);

  private FetchCommand(Session session) {
    this.session = session;
    this.line = new CommandLine(this);
    FLAGS.addTo(line.getCommandSpec());
  }

  /** The command with its options, ready to be one of a program's. */
  public static CommandLine in(Session session) {
    return new FetchCommand(session).line;
  }

  @Override
  public Integer call() {
    return new StepRun(session, options, results, FLAGS, Result.OF_FETCH)
        .of(line.getParseResult(), CacheFetch::read);
  }
}
