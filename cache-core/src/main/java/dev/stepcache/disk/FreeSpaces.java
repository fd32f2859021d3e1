package dev.stepcache.disk;

import dev.stepcache.syscall.Stat;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/** The room that is left on each file system: cache paths may share one, and then its room too. */
public final class FreeSpaces {
  private final Map<Long, FreeSpace> byDevice = new HashMap<>();

  /** That of a folder's file system. */
  public FreeSpace of(Path folder) throws IOException {
    long device = Stat.ofPresent(folder).device();
    FreeSpace space = byDevice.get(device);
    if (space == null) {
      space = FreeSpace.of(folder);
      byDevice.put(device, space);
    }
    return space;
  }
}
