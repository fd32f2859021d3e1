package dev.stepcache.disk;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** Where a file lies, whatever links lead to it, though it may not be there yet. */
public final class RealPath {
  /** As many links as Linux follows for one name. */
  private static final int MOST_LINKS = 40;

  private RealPath() {}

  /**
   * The real path as far as it is there, and behind that the names that are not. A link that leads
   * to nothing is followed to where something will be. What cannot be looked at counts as not
   * there.
   */
  public static Path of(Path path) {
    return real(path.toAbsolutePath().normalize(), MOST_LINKS);
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
}
