package dev.stepcache.outcome;

import dev.stepcache.archive.CorruptArchiveException;
import dev.stepcache.archive.LimitException;
import dev.stepcache.disk.MountPointException;
import dev.stepcache.disk.Ownership;
import dev.stepcache.disk.RefusedEntryException;
import dev.stepcache.key.UnreadableInputException;
import dev.stepcache.oci.BrokenContentException;
import dev.stepcache.oci.MalformedDocumentException;
import dev.stepcache.restore.BusyException;
import dev.stepcache.restore.InterruptedRestoreException;
import dev.stepcache.store.StoreException;
import dev.stepcache.text.Printable;
import dev.stepcache.transfer.StillBrokenException;
import dev.stepcache.tree.IllegalNameException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.FileSystemException;
import java.nio.file.Path;

/** A failure in the words of the results: the reason, and a sentence for people. */
public record Trouble(Reason reason, String message) {
  private static final String ROOM = ": no bytes or no inodes are left there (df, df -i)";

  /** An error of stepcache's own, with the place where it came up. */
  public static Trouble internal(Throwable failure) {
    StackTraceElement[] trace = failure.getStackTrace();
    return new Trouble(Reason.INTERNAL, failure + (trace.length == 0 ? "" : " at " + trace[0]));
  }

  /** The trouble that a failure makes. */
  public static Trouble of(IOException failure) {
    Reason reason =
        switch (failure) {
          case StoreException known -> reasonOf(known);
          case MalformedDocumentException e -> Reason.CORRUPT;
          case BrokenContentException e -> Reason.CORRUPT;
          case CorruptArchiveException e -> Reason.CORRUPT;
          case RefusedEntryException e -> Reason.CORRUPT;
          case LimitException e -> Reason.LIMIT;
          case StillBrokenException e -> Reason.CORRUPT;
          case UnreadableInputException e -> Reason.UNREADABLE;
          case BusyException e -> Reason.BUSY;
          case InterruptedRestoreException e -> Reason.INTERRUPTED;
          case MountPointException e -> Reason.MOUNT;
          // Such as where a subvolume begins, which is none to the kernel.
          case AtomicMoveNotSupportedException e -> Reason.MOUNT;
          case InterruptedIOException e -> Reason.TIMEOUT;
          case ClosedByInterruptException e -> Reason.TIMEOUT;
          default -> Reason.DISK;
        };
    return new Trouble(reason, message(failure));
  }

  /** A cache path that a fetch would fill for itself alone. */
  public static Trouble seenByNoStep(Path cachePath) {
    return new Trouble(
        Reason.UNSHARED,
        cachePath + " lies in this step's own image, where no other step will ever see it");
  }

  /** A cache path in which an upload could find only what its own image holds. */
  public static Trouble filledByNoStep(Path cachePath) {
    return new Trouble(
        Reason.UNSHARED,
        cachePath + " lies in this step's own image, where no build step can have filled it");
  }

  /** A cache path that is not there to be saved. */
  public static Trouble noFolder(Path cachePath) {
    return new Trouble(Reason.EMPTY, "there is no folder " + cachePath + " to save");
  }

  /** A cache path that is as a fetch left it on a miss: the build put nothing into it. */
  public static Trouble leftEmpty(Path cachePath) {
    return new Trouble(
        Reason.EMPTY,
        "there is no folder " + cachePath + " to save but the empty one that cache-fetch made");
  }

  @Override
  public String toString() {
    return reason.word() + ": " + message;
  }

  private static Reason reasonOf(StoreException failure) {
    return switch (failure) {
      case StoreException.Unreachable e -> Reason.UNREACHABLE;
      case StoreException.Untrusted e -> Reason.TLS;
      case StoreException.Throttled e -> Reason.THROTTLED;
      case StoreException.Unauthorized e -> Reason.UNAUTHORIZED;
      case StoreException.MissingCredentials e -> Reason.CREDENTIALS;
      case StoreException.BlobsUnknown e -> Reason.REJECTED;
      case StoreException.Rejected e -> Reason.REJECTED;
      case StoreException.Corrupt e -> Reason.CORRUPT;
    };
  }

  /** An image's name that no entry may have, found below the archive. */
  public static Trouble of(IllegalNameException failure) {
    return new Trouble(
        Reason.CORRUPT, "a name that no entry may have: '" + Printable.of(failure.name()) + "'");
  }

  private static String message(IOException failure) {
    String text = failure.getMessage();
    String message = text == null ? failure.getClass().getSimpleName() : text;
    if (!(failure instanceof FileSystemException file)) {
      return Printable.of(message + (isOfRoom(message) ? ROOM : ""));
    }
    // Its message is the file alone.
    String told =
        file.getReason() == null
            ? failure.getClass().getSimpleName().replace("Exception", "") + ": " + message
            : message;
    String cure =
        isOfRoom(message) ? ROOM : Ownership.inTheWayOf(file).map(why -> ": " + why).orElse("");
    return Printable.of(told + cure);
  }

  private static boolean isOfRoom(String message) {
    return message.endsWith("No space left on device") || message.endsWith("Disk quota exceeded");
  }
}
