package dev.stepcache.layout;

import dev.stepcache.store.StoreException;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;

/** What a file system's error means when the folder is a store. */
final class FolderFailure {
  private FolderFailure() {}

  static StoreException of(String operation, IOException e) {
    return switch (e) {
      case StoreException known -> known;
      case AccessDeniedException denied ->
          new StoreException.Unauthorized(operation + ": no right to " + denied.getFile());
      case FileSystemException failure ->
          new StoreException.Rejected(
              operation
                  + ": "
                  + failure.getFile()
                  + ": "
                  + (failure.getReason() == null
                      ? failure.getClass().getSimpleName()
                      : failure.getReason()));
      default -> new StoreException.Rejected(operation + ": " + e.getMessage());
    };
  }
}
