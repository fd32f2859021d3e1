package dev.stepcache.disk;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Where a folder lies, whatever links lead to it and wherever its file system is seen: a pod may
 * mount the same folder at two places.
 *
 * @param path its real path, as far as it is there
 * @param device the path on its file system, below a name for that; the real path where mountinfo
 *     (proc(5)) does not tell
 */
public record FolderLocation(Path path, Path device) {
  private static final Path MOUNTINFO = Path.of("/proc/self/mountinfo");

  /** Of an absolute path, of which the end need not be there. */
  public static FolderLocation of(Path path) {
    Path real = RealPath.of(path);
    return new FolderLocation(real, onDevice(real).orElse(real));
  }

  /** Whether another folder is this one, or lies in it. */
  public boolean holds(FolderLocation other) {
    return other.path.startsWith(path) || other.device.startsWith(device);
  }

  private static Optional<Path> onDevice(Path real) {
    try {
      List<Mount> mounts = Mount.in(MOUNTINFO);
      Optional<Mount> nearest = Optional.empty();
      for (Mount mount : mounts) {
        // Of those at one point the last one is seen.
        if (real.startsWith(mount.folder())
            && nearest
                .filter(near -> near.folder().getNameCount() > mount.folder().getNameCount())
                .isEmpty()) {
          nearest = Optional.of(mount);
        }
      }
      return nearest.map(mount -> mount.onDevice(real));
    } catch (IOException | RuntimeException e) {
      return Optional.empty();
    }
  }
}
