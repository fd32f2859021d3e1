package dev.stepcache.disk;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Whose a folder or file is, and who this process is: what a person must know where the system
 * denies something.
 */
public final class Ownership {
  private static final Path PROCESS = Path.of("/proc/self/status");

  /** User and group of this process, such as {@code 65532:0}: no JVM becomes another's. */
  private static final Optional<String> SELF = self();

  private static final String CURE =
      "Cure: let the build and both steps run as one user (runAsUser in the pod's securityContext;"
          + " fsGroup for a volume), or let whoever makes it open it to all";

  private Ownership() {}

  /**
   * Whose it is that stands in the way, who this process is, and the cure, in a sentence without
   * its full stop; empty where the failure is no matter of rights.
   */
  public static Optional<String> inTheWayOf(FileSystemException failure) {
    boolean isOne =
        failure instanceof AccessDeniedException
            || "Operation not permitted".equals(failure.getReason());
    if (!isOne) {
      return Optional.empty();
    }
    return Stream.of(
            Optional.ofNullable(failure.getFile()), Optional.ofNullable(failure.getOtherFile()))
        .flatMap(Optional::stream)
        .map(Ownership::absolute)
        .flatMap(Optional::stream)
        .map(Ownership::inTheWay)
        .flatMap(Optional::stream)
        .findFirst()
        .flatMap(Ownership::sentence);
  }

  /**
   * To whom that was denied which belongs to whom, and its mode, such as {@code to 65532:0, of 0:0,
   * mode 600}.
   */
  public static Optional<String> ofDenied(AccessDeniedException failure) {
    return Optional.ofNullable(failure.getFile())
        .flatMap(Ownership::absolute)
        .flatMap(Ownership::owner)
        .flatMap(owner -> SELF.map(self -> "to " + self + ", of " + owner));
  }

  /** Whether a folder is this user's own. */
  public static boolean isOwn(Path folder) throws IOException {
    Object owner = Files.getAttribute(folder, "unix:uid", LinkOption.NOFOLLOW_LINKS);
    return SELF.filter(self -> self.startsWith(owner + ":")).isPresent();
  }

  private static Optional<String> owner(Path path) {
    try {
      Map<String, Object> is =
          Files.readAttributes(path, "unix:uid,gid,mode", LinkOption.NOFOLLOW_LINKS);
      return Optional.of(
          is.get("uid")
              + ":"
              + is.get("gid")
              + ", mode "
              + Integer.toOctalString(((Integer) is.getOrDefault("mode", 0)) & 07777));
    } catch (IOException | UnsupportedOperationException e) {
      return Optional.empty();
    }
  }

  private static Optional<String> self() {
    try {
      return Optional.of(Files.readString(PROCESS, StandardCharsets.ISO_8859_1))
          .flatMap(status ->
              id(status, "Uid:")
                  .flatMap(user -> id(status, "Gid:").map(group -> user + ":" + group)));
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /** The effective one, which is the second (proc(5)). */
  private static Optional<String> id(String status, String field) {
    return status
        .lines()
        .filter(line -> line.startsWith(field))
        .map(line -> List.of(line.split("\\s+", -1)))
        .filter(ids -> ids.size() > 2)
        .map(ids -> ids.get(2))
        .findFirst();
  }

  private static Optional<String> sentence(Path path) {
    return owner(path)
        .map(owner ->
            path
                + " belongs to "
                + owner
                + SELF.map(self -> ", and this step runs as " + self).orElse("")
                + ". "
                + CURE);
  }

  private static Optional<Path> absolute(String file) {
    try {
      return Optional.of(Path.of(file)).filter(Path::isAbsolute).map(Path::normalize);
    } catch (InvalidPathException e) {
      return Optional.empty();
    }
  }

  /** The outermost that denies something, the folder before what lies in it. */
  private static Optional<Path> inTheWay(Path path) {
    List<Path> above = new ArrayList<>();
    for (Path at = path.getParent(); at != null; at = at.getParent()) {
      above.addFirst(at);
    }
    Optional<Path> closed =
        above.stream()
            .filter(folder -> Files.isDirectory(folder) && !Files.isExecutable(folder))
            .findFirst();
    if (closed.isPresent() || above.isEmpty()) {
      return closed;
    }
    boolean isThere = Files.exists(path, LinkOption.NOFOLLOW_LINKS);
    if (isThere && !Files.isReadable(path)) {
      return Optional.of(path);
    }
    Path folder = above.getLast();
    if (Files.isDirectory(folder) && !Files.isWritable(folder)) {
      return Optional.of(folder);
    }
    return isThere ? Optional.of(path) : Optional.empty();
  }
}
