package dev.stepcache.cli;

import dev.stepcache.cli.progress.ProgressMeter;
import dev.stepcache.text.Printable;
import java.io.PrintStream;
import java.util.Optional;

/** Where answers go, and where what is wrong goes. */
public record Output(PrintStream out, PrintStream err, Terminal terminal) {
  private static final String BOLD = "\u001b[1m";
  private static final String RED = "\u001b[31m";
  private static final String YELLOW = "\u001b[33m";
  private static final String PLAIN = "\u001b[0m";

  /** To files and pipes. */
  public Output(PrintStream out, PrintStream err) {
    this(out, err, Terminal.NONE);
  }

  /** Text that may have come from a store: none of it can forge a line. */
  public void line(String text) {
    out.println(Printable.uncut(text));
  }

  /** The same of the line above a table. */
  public void heading(String text) {
    boolean coloured = terminal.out() && terminal.colours();
    out.println(coloured ? BOLD + Printable.uncut(text) + PLAIN : Printable.uncut(text));
  }

  /** Why the command fails, to standard error; it cannot forge a line either. */
  public void error(String text) {
    err.println(name(RED) + Printable.uncut(text));
  }

  /** What a person should look at, to standard error; the command goes on. */
  public void warning(String text) {
    err.println(name(YELLOW) + "warning: " + Printable.uncut(text));
  }

  /** A meter on standard error; empty where that is no terminal. */
  public Optional<ProgressMeter> meter() {
    return terminal.err()
        ? Optional.of(new ProgressMeter(err, terminal.columns()))
        : Optional.empty();
  }

  private String name(String colour) {
    return terminal.err() && terminal.colours()
        ? colour + "stepcache:" + PLAIN + " "
        : "stepcache: ";
  }
}
