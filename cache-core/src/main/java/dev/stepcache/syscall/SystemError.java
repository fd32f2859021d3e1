package dev.stepcache.syscall;

import dev.stepcache.text.Printable;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** The exceptions that the JDK makes of Linux's error numbers (errno(3)). */
final class SystemError {
  private static final int NOT_PERMITTED = 1;
  private static final int DENIED = 13;

  private SystemError() {}

  /**
   * Of a call by a name in an open folder. Where rights are what lacks, the whole path is told:
   * whose they are depends on the folder.
   */
  static FileSystemException of(int errno, int folder, byte[] name) {
    return isOfRights(errno) ? denied(errno, path(folder, name), null) : of(errno, name);
  }

  /** The same of a move from one open folder into another. */
  static FileSystemException of(int errno, int from, byte[] name, int to, byte[] newName) {
    return isOfRights(errno) ? denied(errno, path(from, name), path(to, newName)) : of(errno, name);
  }

  private static boolean isOfRights(int errno) {
    return errno == DENIED || errno == NOT_PERMITTED;
  }

  private static FileSystemException denied(int errno, String path, @Nullable String other) {
    return errno == DENIED
        ? new AccessDeniedException(path, other, reason(errno))
        : new FileSystemException(path, other, reason(errno));
  }

  private static String path(int folder, byte[] name) {
    String shown = shown(name);
    if (folder < 0) {
      return shown;
    }
    try {
      return Files.readSymbolicLink(Path.of("/proc/self/fd/" + folder)) + "/" + shown;
    } catch (IOException e) {
      return shown;
    }
  }

  static FileSystemException of(int errno, byte[] path) {
    String shown = shown(path);
    return switch (errno) {
      case 2 -> new NoSuchFileException(shown);
      case DENIED -> new AccessDeniedException(shown, null, reason(errno));
      case 17 -> new FileAlreadyExistsException(shown);
      case 18 -> new AtomicMoveNotSupportedException(shown, null, "Invalid cross-device link");
      case 20 -> new NotDirectoryException(shown);
      case 39 -> new DirectoryNotEmptyException(shown);
      default -> new FileSystemException(shown, null, reason(errno));
    };
  }

  private static String shown(byte[] path) {
    return Printable.uncut(new String(path, StandardCharsets.UTF_8));
  }

  private static String reason(int errno) {
    return switch (errno) {
      case NOT_PERMITTED -> "Operation not permitted";
      case DENIED -> "Permission denied";
      case 5 -> "Input/output error";
      case 24 -> "Too many open files";
      case 27 -> "File too large";
      case 28 -> "No space left on device";
      case 30 -> "Read-only file system";
      case 36 -> "File name too long";
      case 40 -> "Too many levels of symbolic links";
      case 122 -> "Disk quota exceeded";
      default -> "error " + errno;
    };
  }
}
