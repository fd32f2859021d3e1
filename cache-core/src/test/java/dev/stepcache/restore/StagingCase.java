package dev.stepcache.restore;

import dev.stepcache.SystemProperty;
import dev.stepcache.syscall.SystemCalls;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.api.parallel.Resources;
import org.junit.jupiter.params.Parameter;

/** What tests of a staging share, whichever way files are made. */
@ResourceLock(Resources.SYSTEM_PROPERTIES)
abstract class StagingCase {
  @TempDir Path folder;
  @Parameter String files;
  private SystemProperty chosen;

  @BeforeEach
  void choose() {
    chosen = SystemProperty.set(SystemCalls.PROPERTY, files);
  }

  @AfterEach
  void chooseNone() {
    chosen.close();
  }

  void restore(RestoreMode mode, Filling filling) throws Exception {
    try (CacheFolder.FolderHold hold = new CacheFolder(cache()).holdAlone(Duration.ZERO);
        Staging staging = hold.stage(mode)) {
      filling.fill(staging);
      staging.commit();
    }
  }

  void stage(Filling filling) throws Exception {
    try (CacheFolder.FolderHold hold = new CacheFolder(cache()).holdAlone(Duration.ZERO);
        Staging staging = hold.stage(RestoreMode.SHARED)) {
      filling.fill(staging);
    }
  }

  Path cache() {
    return folder.resolve("cache");
  }

  interface Filling {
    void fill(Staging staging) throws Exception;
  }
}
