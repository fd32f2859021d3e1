package dev.stepcache.layout;

import dev.stepcache.oci.Descriptor;
import dev.stepcache.oci.Digest;
import dev.stepcache.oci.LayoutDocument;
import dev.stepcache.oci.MalformedDocumentException;
import dev.stepcache.oci.Manifest;
import dev.stepcache.store.StoreException;
import dev.stepcache.store.Sweeper;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Removes the blobs of a layout that its index does not lead to. Marks and removes under the
 * index's lock, a few at a time, so that whoever saves waits for no more than these: he then finds
 * under the same lock whether all that his manifest names is there.
 */
final class Sweep {
  private static final int AT_A_TIME = 200;

  private final BlobFolder blobs;
  private final IndexFile index;
  private final String operation;

  /** A blob that nothing names. */
  private record Unnamed(Path file, long size, Instant written) {}

  Sweep(BlobFolder blobs, IndexFile index, String operation) {
    this.blobs = blobs;
    this.index = index;
    this.operation = operation;
  }

  Sweeper.Swept run(Duration grace) throws IOException {
    int removed = 0;
    long bytes = 0;
    while (true) {
      try (LayoutLock _ = index.lock(operation)) {
        Instant oldest = now().minus(grace);
        List<Unnamed> unnamed = unnamed(named());
        List<Unnamed> old =
            unnamed.stream()
                .filter(one -> !one.written().isAfter(oldest))
                .limit(AT_A_TIME)
                .toList();
        if (old.isEmpty()) {
          return new Sweeper.Swept(removed, bytes, unnamed.stream().mapToLong(Unnamed::size).sum());
        }
        for (Unnamed one : old) {
          Files.deleteIfExists(one.file());
          removed++;
          bytes += one.size();
        }
      } catch (NoSuchFileException e) {
        // There is no such folder, and so nothing in it.
        return new Sweeper.Swept(removed, bytes, 0);
      } catch (IOException e) {
        throw e instanceof InterruptedIOException ? e : FolderFailure.of(operation, e);
      }
    }
  }

  /** By the clock of the file system, which may be another machine's. */
  private Instant now() throws IOException {
    Path fresh = blobs.fresh();
    try {
      return Files.getLastModifiedTime(fresh).toInstant();
    } finally {
      Files.deleteIfExists(fresh);
    }
  }

  private List<Unnamed> unnamed(Set<String> named) throws IOException {
    List<Unnamed> unnamed = new ArrayList<>();
    try (DirectoryStream<Path> files = Files.newDirectoryStream(blobs.folder())) {
      for (Path file : files) {
        if (!named.contains(file.getFileName().toString()) && Files.isRegularFile(file)) {
          unnamed.add(
              new Unnamed(file, Files.size(file), Files.getLastModifiedTime(file).toInstant()));
        }
      }
      return unnamed;
    } catch (DirectoryIteratorException e) {
      throw e.getCause();
    } catch (NoSuchFileException | NotDirectoryException e) {
      return List.of();
    }
  }

  /** The hex digits of all that the index leads to, whoever made it. */
  private Set<String> named() throws StoreException {
    Set<String> named = new HashSet<>();
    Deque<Descriptor> documents = new ArrayDeque<>();
    take(index.document(operation), "index.json", named, documents);
    while (!documents.isEmpty()) {
      Digest document = documents.remove().digest();
      Optional<byte[]> content;
      try {
        content = blobs.read(document, Manifest.LARGEST, operation);
      } catch (StoreException.Corrupt e) {
        // What it named nobody can tell, and nobody can read it again.
        continue;
      }
      if (content.isPresent()) {
        take(content.get(), document.toString(), named, documents);
      }
    }
    return named;
  }

  private void take(byte[] document, String name, Set<String> named, Deque<Descriptor> documents)
      throws StoreException {
    LayoutDocument names;
    try {
      names = LayoutDocument.parse(document);
    } catch (MalformedDocumentException e) {
      throw new StoreException.Rejected(
          operation
              + ": "
              + name
              + " cannot be understood ("
              + e.getMessage()
              + "), so nobody knows which blobs it needs: none was removed");
    }
    names.content().forEach(blob -> named.add(blob.digest().hex()));
    for (Descriptor one : names.documents()) {
      if (named.add(one.digest().hex())) {
        documents.add(one);
      }
    }
  }
}
