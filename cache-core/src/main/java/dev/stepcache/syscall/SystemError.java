package dev.stepcache.syscall;

import dev.stepcache.text.Printable;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;

/** The exceptions that the JDK makes of Linux's error numbers (errno(3)). */
final class SystemError {
  private SystemError() {}

  static FileSystemException of(int errno, byte[] path) {
    String shown = Printable.uncut(new String(path, StandardCharsets.UTF_8));
    return switch (errno) {
      case 2 -> new NoSuchFileException(shown);
      case 13 -> new AccessDeniedException(shown, null, "Permission denied");
      case 17 -> new FileAlreadyExistsException(shown);
      case 18 -> new AtomicMoveNotSupportedException(shown, null, "Invalid cross-device link");
      case 20 -> new NotDirectoryException(shown);
      case 39 -> new DirectoryNotEmptyException(shown);
      default -> new FileSystemException(shown, null, reason(errno));
    };
  }

  private static String reason(int errno) {
    return switch (errno) {
      case 1 -> "Operation not permitted";
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
