package dev.stepcache.step;

import dev.stepcache.disk.RealPath;
import java.io.IOException;
import java.nio.file.Files;
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
record Place(Path path, Path device) {
  private static final Path MOUNTINFO = Path.of("/proc/self/mountinfo");

  /** Of an absolute path, of which the end need not be there. */
  static Place of(Path path) {
    Path real = RealPath.of(path);
    return new Place(real, onDevice(real).orElse(real));
  }

  /** Whether another folder is this one, or lies in it. */
  boolean holds(Place other) {
    return other.path.startsWith(path) || other.device.startsWith(device);
  }

  private static Optional<Path> onDevice(Path real) {
    try {
      List<Mount> mounts = Files.readAllLines(MOUNTINFO).stream().map(Mount::of).toList();
      Optional<Mount> nearest = Optional.empty();
      for (Mount mount : mounts) {
        // Of those at one point the last one is seen.
        if (real.startsWith(mount.point())
            && nearest
                .filter(near -> near.point().getNameCount() > mount.point().getNameCount())
                .isEmpty()) {
          nearest = Optional.of(mount);
        }
      }
      return nearest.map(mount -> mount.place(real));
    } catch (IOException | RuntimeException e) {
      return Optional.empty();
    }
  }
}
