package dev.stepcache.cli.explain;

import dev.stepcache.cli.ConnectionOptions;
import dev.stepcache.cli.ExitCode;
import dev.stepcache.cli.FormatOption;
import dev.stepcache.cli.References;
import dev.stepcache.cli.Session;
import dev.stepcache.cli.flags.Dialect;
import dev.stepcache.cli.flags.StepFlags;
import dev.stepcache.fetch.FetchOptions;
import dev.stepcache.key.KeyExtraException;
import dev.stepcache.key.KeyInputs;
import dev.stepcache.key.NoLockFilesException;
import dev.stepcache.outcome.Trouble;
import dev.stepcache.step.KeyRequest;
import dev.stepcache.step.Parameters;
import dev.stepcache.step.UsageException;
import dev.stepcache.store.StoreReference;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** What the key of a working directory is made of, and why it differs from another one. */
@Command(
    name = "explain",
    customSynopsis =
        "stepcache explain [--patterns PATTERN]... [--source TEMPLATE --against latest] [OPTION]...",
    description = {
      "Shows the key of a working directory, file by file, as the StepActions would compute it;"
          + " with --against, how it differs from the key of a cache, and why that may be."
    },
    footer = {
      "",
      "Example: why did the last build miss?",
      "  stepcache explain --patterns '**/go.sum' \\",
      "    --source oci://registry.example.com/team/cache:{{hash}} --against latest"
    })
public final class ExplainCommand implements Callable<Integer> {
  private static final StepFlags FLAGS =
      new StepFlags(
          Stream.concat(KeyRequest.PARAMETERS.stream(), Stream.of(FetchOptions.SOURCE)).toList());

  private final Session session;
  private final CommandLine line;
  private final Dialect dialect = new Dialect(FLAGS.parameters());

  @Mixin private ConnectionOptions connection = new ConnectionOptions();

  @Option(
      names = "--against",
      paramLabel = "REFERENCE|latest",
      description = "A cache to compare with; latest is the newest one of --source.")
  private Optional<String> against = Optional.empty();

  @Mixin private FormatOption format = new FormatOption();

  private ExplainCommand(Session session) {
    this.session = session;
    this.line = new CommandLine(this);
    FLAGS.addTo(line.getCommandSpec());
  }

  /** The command with its options, ready to be one of a program's. */
  public static CommandLine in(Session session) {
    return new ExplainCommand(session).line;
  }

  @Override
  public Integer call() {
    try {
      Parameters given = FLAGS.read(line.getParseResult());
      KeyRequest question = KeyRequest.read(given, FetchOptions.SOURCE);
      Optional<StoreReference> other = against.map(text -> reference(text, question));
      KeyInputs.Computed computed = question.inputs().compute();
      KeyReport report =
          new KeyReport(session.output(), dialect, question, computed, format.isJson());
      if (other.isEmpty()) {
        report.tell(Optional.empty());
        return ExitCode.WELL;
      }
      return session.run(
          connection,
          other.get(),
          store -> {
            report.tell(
                Optional.of(
                    Against.read(
                        store, other.get(), computed, question.inputs().workingDirectory())));
            return ExitCode.WELL;
          });
    } catch (UsageException e) {
      return mistake(String.valueOf(e.getMessage()));
    } catch (NoLockFilesException e) {
      return mistake("PATTERNS: " + e.getMessage());
    } catch (KeyExtraException e) {
      return mistake("KEY_EXTRA: " + e.getMessage());
    } catch (IOException e) {
      session.output().error(dialect.of(Trouble.of(e).message()));
      return ExitCode.STORE;
    }
  }

  private StoreReference reference(String text, KeyRequest question) {
    if (text.equals("latest")) {
      return question
          .latest()
          .orElseThrow(() ->
              new UsageException("--against latest: latest of what? Name the caches by --source"));
    }
    try {
      return new References.OfACache().convert(text);
    } catch (TypeConversionException e) {
      throw new UsageException("--against: " + e.getMessage());
    }
  }

  private int mistake(String message) {
    session.output().error(dialect.of(message) + ". How it is used: stepcache explain --help");
    return ExitCode.USAGE;
  }
}
