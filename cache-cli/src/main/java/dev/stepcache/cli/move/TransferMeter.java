package dev.stepcache.cli.move;

import dev.stepcache.cli.progress.ProgressMeter;
import dev.stepcache.outcome.CacheEvent;
import java.util.function.Consumer;

/** How far the transfers of a verb are, on a meter. */
record TransferMeter(ProgressMeter meter) implements Consumer<CacheEvent> {
  private static final long MEGABYTE = 1_000_000;

  @Override
  public void accept(CacheEvent event) {
    switch (event) {
      case CacheEvent.TransferStarted started -> {
        String verb =
            switch (started.direction()) {
              case RESTORE -> "restoring";
              case SAVE -> "saving";
            };
        meter.begin(verb, started.bytes(), " MB", MEGABYTE);
      }
      case CacheEvent.Progress(long bytes) -> meter.reached(bytes);
      case CacheEvent.TransferEnded _ -> meter.close();
      default -> {}
    }
  }
}
