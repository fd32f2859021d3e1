package dev.stepcache.cli;

import dev.stepcache.text.Printable;
import java.io.PrintStream;

/** Where answers go, and where what is wrong goes. */
public record Output(PrintStream out, PrintStream err) {
  /** Text that may have come from a store: none of it can forge a line. */
  public void line(String text) {
    out.println(Printable.uncut(text));
  }

  public void error(String text) {
    err.println("stepcache: " + Printable.uncut(text));
  }
}
