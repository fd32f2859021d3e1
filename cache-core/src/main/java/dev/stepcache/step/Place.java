package dev.stepcache.step;

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

  /** As many links as Linux follows for one name. */
  private static final int MOST_LINKS = 40;

  /** Of an absolute path, of which the end need not be there. */
  static Place of(Path path) {
    Path real = real(path.normalize(), MOST_LINKS);
    return new Place(real, onDevice(real).orElse(real));
  }

  /** Whether another folder is this one, or lies in it. */
  boolean holds(Place other) {
    return other.path.startsWith(path) || other.device.startsWith(device);
  }

  private static Path real(Path path, int links) {
    for (Path at = path; at != null; at = at.getParent()) {
      Path rest = at.relativize(path);
      try {
        return at.toRealPath().resolve(rest).normalize();
      } catch (IOException e) {
        // Its parent may be there. A link may lead to where something will be.
        Optional<Path> target = links == 0 ? Optional.empty() : target(at);
        if (target.isPresent()) {
          return real(target.get().resolve(rest).normalize(), links - 1);
        }
      }
    }
    return path;
  }

  private static Optional<Path> target(Path link) {
    try {
      return Optional.of(link.resolveSibling(Files.readSymbolicLink(link)).normalize());
    } catch (IOException | UnsupportedOperationException e) {
      return Optional.empty();
    }
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
