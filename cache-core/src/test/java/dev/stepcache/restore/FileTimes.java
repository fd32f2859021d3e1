package dev.stepcache.restore;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.FileTime;
import java.util.concurrent.TimeUnit;

/** Times to the nanosecond, of symlinks too. */
public final class FileTimes {
  private FileTimes() {}

  public static void set(Path path, long nanoseconds) throws IOException {
    FileTime time = FileTime.from(nanoseconds, TimeUnit.NANOSECONDS);
    Files.getFileAttributeView(path, BasicFileAttributeView.class, LinkOption.NOFOLLOW_LINKS)
        .setTimes(time, time, null);
  }
}
