package dev.stepcache.console;

import dev.stepcache.outcome.CacheEvent;
import dev.stepcache.outcome.Reason;
import dev.stepcache.store.LoginCheck;
import dev.stepcache.store.Retry;
import dev.stepcache.text.Amounts;
import dev.stepcache.text.Printable;
import java.io.PrintStream;
import java.util.Optional;
import java.util.function.Consumer;

/** What a person reads in the step's log. Safe for use by several threads. */
public final class Console implements Consumer<CacheEvent> {
  /** Long work says at least this often that it goes on. */
  private static final long PROGRESS_NANOS = 5_000_000_000L;

  private final PrintStream out;
  private final Optional<? extends Consumer<CacheEvent>> meter;
  private Optional<Transfer> transfer = Optional.empty();

  /** Layers that are moving. */
  private static final class Transfer {
    private final CacheEvent.TransferStarted started;
    private final long begin = System.nanoTime();
    private long told = begin;

    Transfer(CacheEvent.TransferStarted started) {
      this.started = started;
    }
  }

  /**
   * One whose layers tell how far they are in a line now and then.
   *
   * @param out to which it prints, a line at a time; never closed here
   */
  public Console(PrintStream out) {
    this(out, Optional.empty());
  }

  /**
   * @param meter is told when layers begin to move, how far they are, and when they end, where that
   *     is not to be a line now and then
   */
  public Console(PrintStream out, Optional<? extends Consumer<CacheEvent>> meter) {
    this.out = out;
    this.meter = meter;
  }

  /** Prints a line; control characters in it are escaped, and what is very long is cut. */
  public synchronized void line(String text) {
    out.println(Printable.of(text));
  }

  /** Prints what a person should look at, and what changes no outcome. */
  public synchronized void warning(String text) {
    line("WARNING: " + text);
  }

  /** Prints why the step fails. */
  public synchronized void error(String text) {
    line("ERROR: " + text);
  }

  /**
   * Tells why the cache did not do what was hoped for, and what can be done about it.
   *
   * @param message a sentence without its full stop; may be empty
   * @param grant the command that gives the account its right, where it is known exactly
   * @param login what the store makes of the login, where it refused something
   */
  public void explain(
      Reason reason, String message, Optional<String> grant, LoginCheck.Answer login) {
    String text = message.isEmpty() ? reason.word() : reason.word() + ": " + message;
    whole("WARNING: " + Printable.of(text) + ". " + Hints.of(reason, grant, login));
  }

  /** A line of our own words, with a command that is of no use when it is cut. */
  private synchronized void whole(String text) {
    out.println(Printable.uncut(text));
  }

  @Override
  public synchronized void accept(CacheEvent event) {
    // All that a miss has to tell; what comes below is linked at its first use, for ten
    // milliseconds.
    if (event instanceof CacheEvent.LookedUp looked) {
      lookedUp(looked);
      return;
    }
    if (meter.isPresent()) {
      meter.get().accept(event);
    }
    switch (event) {
      case CacheEvent.LookedUp looked -> lookedUp(looked);
      case CacheEvent.TransferStarted started -> {
        transfer = Optional.of(new Transfer(started));
        line(begun(started));
      }
      case CacheEvent.Progress(long bytes) when meter.isPresent() -> {}
      case CacheEvent.Progress(long bytes) -> transfer.ifPresent(moving -> progress(moving, bytes));
      case CacheEvent.TransferEnded ended -> transfer = Optional.empty();
      case CacheEvent.ChangeStarted started -> {}
      case CacheEvent.ChangeEnded ended -> {}
      case CacheEvent.Retried(Retry(_, var failure, var pause)) ->
          line(failure + "; trying again in " + Amounts.seconds(pause.toNanos()));
      case CacheEvent.Overgrown overgrown -> overgrown(overgrown);
      case CacheEvent.Unreferenced blobs -> line(unreferenced(blobs));
      case CacheEvent.Excluded excluded -> line(excluded(excluded));
      case CacheEvent.WrittenThrough written -> line(writtenThrough(written));
      case CacheEvent.RollingTagMoved(var reference, var image) ->
          line(reference + " names " + image + " now");
      case CacheEvent.Unused unused -> line(unused(unused));
      case CacheEvent.AnothersArchive(String name) ->
          line(
              "found "
                  + Printable.of(name)
                  + ", which tekton-caches or the like has saved: links, modes, times and the end of"
                  + " files over 100 MB are lost, if that had restored them before");
      case CacheEvent.UsesUnknown unknown ->
          line(
              "the file system of the cache path does not tell what the build read (noatime, NFS"
                  + " and the like), so nothing is left out for being unused (PRUNE_UNUSED_AFTER)");
      case CacheEvent.Creating(var repository, var grant) ->
          whole(Hints.creating(repository, grant));
      case CacheEvent.Notice notice -> warning(Notices.of(notice));
    }
  }

  private static String begun(CacheEvent.TransferStarted started) {
    return switch (started.direction()) {
          case RESTORE -> "restoring ";
          case SAVE -> "saving ";
        }
        + amount(started);
  }

  private void overgrown(CacheEvent.Overgrown overgrown) {
    line(
        Amounts.bytes(overgrown.bytes())
            + " of files, of which "
            + Amounts.bytes(overgrown.largest())
            + " may be saved"
            + (overgrown.folders().isEmpty()
                ? ", in no folder below the cache path"
                : "; the largest folders:"));
    overgrown
        .folders()
        .forEach(folder -> line("  " + Amounts.bytes(folder.bytes()) + " in " + folder.name()));
  }

  private static String unreferenced(CacheEvent.Unreferenced blobs) {
    return "left out: "
        + blobs.blobs()
        + (blobs.blobs() == 1 ? " blob" : " blobs")
        + " of the OCI layout "
        + (blobs.layout().isEmpty() ? "" : "in " + blobs.layout() + " ")
        + "that nothing names any more, "
        + Amounts.bytes(blobs.bytes());
  }

  private static String excluded(CacheEvent.Excluded excluded) {
    return "left out by EXCLUDES or the preset: "
        + excluded.count()
        + (excluded.count() == 1 ? " file or folder (" : " files and folders (")
        + excluded.names()
        + ")";
  }

  private static String writtenThrough(CacheEvent.WrittenThrough written) {
    return "written through to "
        + written.target()
        + " ("
        + written.blobs()
        + (written.blobs() == 1 ? " blob, " : " blobs, ")
        + Amounts.bytes(written.bytes())
        + ")";
  }

  private static String unused(CacheEvent.Unused unused) {
    return "left out: "
        + unused.units()
        + (unused.units() == 1 ? " unit of " : " units of ")
        + Amounts.files(unused.files())
        + " and "
        + Amounts.bytes(unused.bytes())
        + switch (unused.why()) {
          case FOR_LONG -> " that no build used for long (PRUNE_UNUSED_AFTER): ";
          case TOO_LARGE ->
              " that this build did not use, for else the cache is too large (MAX_CACHE_SIZE): ";
        }
        + unused.names();
  }

  private void lookedUp(CacheEvent.LookedUp looked) {
    line(
        "looked for "
            + looked.reference()
            + ": "
            + looked.found().map(digest -> "found " + digest).orElse("nothing there"));
  }

  private static String amount(CacheEvent.TransferStarted started) {
    String layers = started.layers() == 1 ? "1 layer" : started.layers() + " layers";
    return started.files() == 0
        ? layers
        : Amounts.files(started.files()) + ", " + Amounts.bytes(started.bytes()) + ", in " + layers;
  }

  private void progress(Transfer moving, long bytes) {
    long now = System.nanoTime();
    if (now - moving.told < PROGRESS_NANOS) {
      return;
    }
    moving.told = now;
    long total = moving.started.bytes();
    long rate = (long) (bytes / ((now - moving.begin) / 1e9));
    String left =
        total > bytes && rate > 0
            ? ", about " + Amounts.seconds((total - bytes) * 1_000_000_000L / rate) + " left"
            : "";
    line(
        "  "
            + Amounts.bytes(bytes)
            + (total > 0 ? " of " + Amounts.bytes(total) : "")
            + ", "
            + Amounts.bytes(rate)
            + "/s"
            + left);
  }
}
