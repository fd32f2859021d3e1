package dev.stepcache.disk;

import dev.stepcache.tree.FileNames;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;

/**
 * Where something is mounted below a folder, be it a file system, a folder that is seen at two
 * places, or a file. A rename into such a place fails, though both may lie on one device: so what
 * is there is no part of the folder's tree. Told by mountinfo (proc(5)); where that is not there,
 * nothing counts as mounted.
 */
public final class MountPoints {
  private static final Path MOUNTINFO = Path.of("/proc/self/mountinfo");

  /** Relative to the folder. */
  private final Set<String> names;

  private MountPoints(Set<String> names) {
    this.names = names;
  }

  /**
   * Those below a folder.
   *
   * @param folder a real path
   */
  public static MountPoints below(Path folder) {
    try {
      return of(Mount.in(MOUNTINFO), folder);
    } catch (IOException | RuntimeException e) {
      return new MountPoints(Set.of());
    }
  }

  static MountPoints of(List<Mount> mounts, Path folder) {
    String path = new String(FileNames.bytes(folder), StandardCharsets.ISO_8859_1);
    String above = path.endsWith("/") ? path : path + '/';
    Optional<Mount> own = seenAt(mounts, above);
    Set<String> names = new TreeSet<>();
    for (Mount mount : mounts) {
      // What another one hides is listed all the same.
      if (mount.point().startsWith(above)
          && own.filter(holds -> !mount.parent().equals(holds.id())).isEmpty()) {
        FileNames.text(
                mount.point().substring(above.length()).getBytes(StandardCharsets.ISO_8859_1))
            .ifPresent(names::add);
      }
    }
    return new MountPoints(names);
  }

  /**
   * The mount that a folder is seen in, found as the system finds it: from the root on, each time
   * by what is mounted over the last one. Empty where the root is none.
   *
   * @param folder ends in a slash
   */
  private static Optional<Mount> seenAt(List<Mount> mounts, String folder) {
    Set<String> ids = new HashSet<>();
    mounts.forEach(mount -> ids.add(mount.id()));
    Optional<Mount> seen =
        mounts.stream()
            .filter(mount -> mount.point().equals("/") && !ids.contains(mount.parent()))
            .findFirst();
    List<Mount> left = new ArrayList<>(mounts);
    for (int end = 0; seen.isPresent() && end >= 0; ) {
      String id = seen.get().id();
      String at = folder.substring(0, Math.max(end, 1));
      Optional<Mount> over =
          left.stream()
              .filter(mount -> mount.parent().equals(id) && mount.point().equals(at))
              .findFirst();
      if (over.isPresent()) {
        left.remove(over.get());
        seen = over;
      } else {
        end = folder.indexOf('/', end + 1);
      }
    }
    return seen;
  }

  /** Whether a name is a mount point. */
  public boolean has(String name) {
    return names.contains(name);
  }

  /** The mount point that a name is, or lies below. */
  public Optional<String> above(String name) {
    return first(point -> isBelow(name, point));
  }

  /** The mount point that a name is, lies below, or lies above. */
  public Optional<String> near(String name) {
    // Asked for each entry, and mostly of none.
    return names.isEmpty()
        ? Optional.empty()
        : first(point -> isBelow(name, point) || isBelow(point, name));
  }

  private Optional<String> first(Predicate<String> wanted) {
    return names.stream().filter(wanted).findFirst();
  }

  boolean isEmpty() {
    return names.isEmpty();
  }

  private static boolean isBelow(String name, String point) {
    return name.startsWith(point)
        && (name.length() == point.length() || name.charAt(point.length()) == '/');
  }
}
