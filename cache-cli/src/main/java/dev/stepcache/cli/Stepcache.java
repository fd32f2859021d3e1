package dev.stepcache.cli;

import dev.stepcache.cli.bake.BakeCommand;
import dev.stepcache.cli.copy.CopyCommand;
import dev.stepcache.cli.diff.DiffCommand;
import dev.stepcache.cli.explain.ExplainCommand;
import dev.stepcache.cli.listing.ListCommand;
import dev.stepcache.cli.move.FetchCommand;
import dev.stepcache.cli.move.UploadCommand;
import dev.stepcache.cli.prune.PruneCommand;
import dev.stepcache.cli.report.ReportCommand;
import dev.stepcache.cli.show.ShowCommand;
import java.io.Console;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.IVersionProvider;

/** The program {@code stepcache}. */
@Command(
    name = "stepcache",
    mixinStandardHelpOptions = true,
    versionProvider = Stepcache.Version.class,
    description =
        "Fetches, uploads and looks at caches, as the StepActions cache-fetch and cache-upload keep"
            + " them.",
    synopsisSubcommandLabel = "COMMAND",
    footer = {
      "",
      "Example: which caches are there, the largest first?",
      "  stepcache list --sort size oci://registry.example.com/team/cache",
      "",
      "A login is that of your docker config, credential helpers included.",
      "Exit codes: 0 all is well; 1 something is wrong with a cache, or it is not there;",
      "2 wrong usage; 3 the store cannot be reached, or refuses."
    })
public final class Stepcache {
  private Stepcache() {}

  /** The jar's own; there is none where the classes lie in a folder. */
  static final class Version implements IVersionProvider {
    @Override
    public String[] getVersion() {
      String version = Stepcache.class.getPackage().getImplementationVersion();
      return new String[] {"stepcache " + (version == null ? "unpackaged" : version)};
    }
  }

  /** Runs a command and ends the process with its exit code. */
  public static void main(String... arguments) {
    PrintStream out = utf8(FileDescriptor.out);
    PrintStream err = utf8(FileDescriptor.err);
    Terminal terminal = Terminal.of(System.getenv());
    int code = run(new Output(out, err, terminal), System.getenv(), arguments);
    out.flush();
    System.exit(code);
  }

  private static PrintStream utf8(FileDescriptor descriptor) {
    return new PrintStream(new FileOutputStream(descriptor), true, StandardCharsets.UTF_8);
  }

  /** What a person at a terminal says to a question; no where there is no terminal. */
  private static boolean confirms(String question) {
    return Optional.ofNullable(System.console())
        .filter(Console::isTerminal)
        .map(console -> console.readLine("%s", question))
        .filter(answer -> answer.equalsIgnoreCase("y") || answer.equalsIgnoreCase("yes"))
        .isPresent();
  }

  /**
   * Runs a command in this process.
   *
   * @param environment where proxies, certificates and docker configs are named
   * @return the exit code
   */
  static int run(Output output, Map<String, String> environment, String... arguments) {
    Session session = new Session(output, environment);
    CommandLine line = new CommandLine(new Stepcache());
    line.addSubcommand(new ListCommand(session));
    line.addSubcommand(new ShowCommand(session));
    line.addSubcommand(new VerifyCommand(session));
    line.addSubcommand(new DiffCommand(session));
    line.addSubcommand("explain", ExplainCommand.in(session));
    line.addSubcommand("fetch", FetchCommand.in(session));
    line.addSubcommand("upload", UploadCommand.in(session));
    line.addSubcommand(new ReportCommand(session));
    line.addSubcommand(new CompletionCommand(session));
    line.addSubcommand(new PruneCommand(session, Stepcache::confirms));
    line.addSubcommand(new CopyCommand(session, Stepcache::confirms));
    line.addSubcommand(new IndexCommand(session));
    line.addSubcommand(new BakeCommand(session));
    line.setColorScheme(CommandLine.Help.defaultColorScheme(Ansi.OFF));
    line.setCaseInsensitiveEnumValuesAllowed(true);
    line.setUsageHelpAutoWidth(false);
    // A value may begin with @: what a KEY_EXTRA of a file is.
    line.setExpandAtFiles(false);
    line.setOut(new PrintWriter(output.out(), true, StandardCharsets.UTF_8));
    line.setErr(new PrintWriter(output.err(), true, StandardCharsets.UTF_8));
    line.setParameterExceptionHandler((wrong, given) -> {
      output.error(
          wrong.getMessage()
              + ". How it is used: "
              + wrong.getCommandLine().getCommandSpec().qualifiedName()
              + " --help");
      return ExitCode.USAGE;
    });
    if (arguments.length == 0) {
      output.error("which command? See stepcache --help");
      return ExitCode.USAGE;
    }
    return line.execute(arguments);
  }
}
