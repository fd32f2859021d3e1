package dev.stepcache.cli.progress;

import java.io.PrintStream;
import java.util.Optional;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarConsumer;
import me.tongfei.progressbar.ProgressBarStyle;

/**
 * How far something is, as a bar in the last line of a terminal. Others who print there call {@link
 * #hide} before. Safe for use by several threads.
 */
public final class ProgressMeter implements AutoCloseable {
  private static final int MILLIS = 200;
  private static final String ERASE = "\r\u001b[K";

  private final PrintStream terminal;
  private final int columns;
  private Optional<ProgressBar> bar = Optional.empty();
  private boolean drawn;

  /**
   * Nothing is drawn before the first beginning.
   *
   * @param terminal whose last line it is
   * @param columns of the terminal
   */
  public ProgressMeter(PrintStream terminal, int columns) {
    this.terminal = terminal;
    this.columns = columns;
  }

  /** The last line, drawn anew each time. */
  private final class LastLine implements ProgressBarConsumer {
    @Override
    public int getMaxRenderedLength() {
      return columns - 1;
    }

    @Override
    public void accept(String line) {
      draw(line);
    }

    @Override
    public void clear() {
      hide();
    }

    @Override
    public void close() {
      hide();
    }
  }

  private synchronized void draw(String line) {
    terminal.print(ERASE + line);
    terminal.flush();
    drawn = true;
  }

  /** Frees the last line; the bar comes back by itself. */
  public synchronized void hide() {
    if (drawn) {
      terminal.print(ERASE);
      terminal.flush();
      drawn = false;
    }
  }

  /**
   * Begins a bar; one that was there ends.
   *
   * @param task what is done, in a word
   * @param all how much that is; 0 where nobody knows
   * @param unit that it is told in, with a blank before it
   * @param size of the unit
   */
  public void begin(String task, long all, String unit, long size) {
    close();
    ProgressBar begun =
        new ProgressBarBuilder()
            .setTaskName(task)
            .setInitialMax(all > 0 ? all : -1)
            .setUnit(unit, size)
            .setStyle(ProgressBarStyle.ASCII)
            .setUpdateIntervalMillis(MILLIS)
            .showSpeed()
            .setConsumer(new LastLine())
            .build();
    synchronized (this) {
      bar = Optional.of(begun);
    }
  }

  /** So much is done. */
  public void reached(long done) {
    current().ifPresent(moving -> moving.stepTo(done));
  }

  private synchronized Optional<ProgressBar> current() {
    return bar;
  }

  /** Ends the bar, if there is one. */
  @Override
  public void close() {
    Optional<ProgressBar> ended;
    synchronized (this) {
      ended = bar;
      bar = Optional.empty();
    }
    // Not under the lock: it waits for whoever draws.
    ended.ifPresent(ProgressBar::close);
    hide();
  }
}
