package dev.stepcache.cli.move;

import dev.stepcache.cli.Output;
import dev.stepcache.cli.flags.Dialect;
import dev.stepcache.cli.progress.ProgressMeter;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * The log of a step's work as a command prints it: params are options, and what is wrong goes where
 * a command says what is wrong.
 */
final class LogLines extends PrintStream {
  private static final String WARNING = "WARNING: ";
  private static final String ERROR = "ERROR: ";

  private final Output output;
  private final boolean aside;
  private final Dialect dialect;
  private final Optional<ProgressMeter> meter;

  /**
   * @param aside whether standard output is for something else
   */
  LogLines(Output output, boolean aside, Dialect dialect, Optional<ProgressMeter> meter) {
    super(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8);
    this.output = output;
    this.aside = aside;
    this.dialect = dialect;
    this.meter = meter;
  }

  /** Console's lines, which are printable already. */
  @Override
  public void println(String line) {
    meter.ifPresent(ProgressMeter::hide);
    if (line.startsWith(WARNING)) {
      output.warning(dialect.of(line.substring(WARNING.length())));
    } else if (line.startsWith(ERROR)) {
      output.error(dialect.of(line.substring(ERROR.length())));
    } else {
      (aside ? output.err() : output.out()).println(dialect.of(line));
    }
  }
}
