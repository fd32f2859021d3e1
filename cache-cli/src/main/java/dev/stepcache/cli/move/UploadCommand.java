package dev.stepcache.cli.move;

import dev.stepcache.cli.ResultFiles;
import dev.stepcache.cli.Session;
import dev.stepcache.cli.flags.StepFlags;
import dev.stepcache.step.EarlierSteps;
import dev.stepcache.step.Result;
import dev.stepcache.upload.CacheUpload;
import dev.stepcache.upload.UploadOptions;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Saves a cache, as the step does. */
@Command(
    name = "upload",
    customSynopsis =
        "stepcache upload --target TEMPLATE [--patterns PATTERN]... [--cache-path FOLDER] [OPTION]...",
    description = {
      "Saves the cache of a working directory under its key, where it is not there yet. As the"
          + " StepAction, it ends with 0 whatever the cache does, so that it never breaks a"
          + " build; --fail-on changes that."
    },
    footer = {
      "",
      "Example: after the build of a Go project",
      "  stepcache upload --target oci://registry.example.com/team/cache:{{hash}} \\",
      "    --patterns '**/go.sum' --cache-path .cache/go"
    })
public final class UploadCommand implements Callable<Integer> {
  /** Without what only Tekton has a use for, and a second spelling of --upload always. */
  private static final StepFlags FLAGS =
      new StepFlags(
          UploadOptions.PARAMETERS.stream()
              .filter(parameter -> !parameter.equals(EarlierSteps.FAIL_IF_FAILED))
              .filter(parameter -> !parameter.equals(UploadOptions.FORCE_CACHE_UPLOAD))
              .toList());

  private final Session session;
  private final CommandLine line;

  @Mixin private RunOptions options = new RunOptions();

  @Mixin private ResultFiles results = StepRun.files(Result.OF_UPLOAD);

  private UploadCommand(Session session) {
    this.session = session;
    this.line = new CommandLine(this);
    FLAGS.addTo(line.getCommandSpec());
  }

  /** The command with its options, ready to be one of a program's. */
  public static CommandLine in(Session session) {
    return new UploadCommand(session).line;
  }

  @Override
  public Integer call() {
    return new StepRun(session, options, results, FLAGS, Result.OF_UPLOAD)
        .of(line.getParseResult(), CacheUpload::read);
  }
}
