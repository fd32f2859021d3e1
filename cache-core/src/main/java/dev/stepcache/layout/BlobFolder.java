package dev.stepcache.layout;

import dev.stepcache.oci.Descriptor;
import dev.stepcache.oci.Digest;
import dev.stepcache.oci.VerifyingInputStream;
import dev.stepcache.store.BlobSource;
import dev.stepcache.store.StoreException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.Optional;

/** The blobs of a layout: {@code blobs/sha256/<hex>}, each whole or not there. */
final class BlobFolder {
  private static final int BUFFER = 1 << 16;

  private final Path blobs;
  private final Path ingest;
  private final Leftovers leftovers = new Leftovers();

  BlobFolder(Path layout) {
    blobs = layout.resolve("blobs").resolve("sha256");
    ingest = layout.resolve(".ingest");
  }

  private Path file(Digest digest) {
    return blobs.resolve(digest.hex());
  }

  boolean has(Descriptor blob) {
    try {
      return Files.isRegularFile(file(blob.digest()))
          && Files.size(file(blob.digest())) == blob.size();
    } catch (IOException e) {
      return false;
    }
  }

  /** Where they lie, each named by the hex digits of its digest. */
  Path folder() {
    return blobs;
  }

  /** A file of now, by the clock of the file system; to be deleted. */
  Path fresh() throws IOException {
    Path fresh = SharedFiles.temporary(ingest, "now");
    SharedFiles.create(fresh).close();
    return fresh;
  }

  /** Whether there is such a blob, whatever its size. */
  boolean isThere(Digest digest) {
    return Files.isRegularFile(file(digest));
  }

  /** A small blob, verified; empty if it is not there. */
  Optional<byte[]> read(Digest digest, int most, String operation) throws StoreException {
    byte[] content;
    try (InputStream in = Files.newInputStream(file(digest))) {
      content = in.readNBytes(most + 1);
    } catch (NoSuchFileException | NotDirectoryException e) {
      return Optional.empty();
    } catch (IOException e) {
      throw FolderFailure.of(operation, e);
    }
    if (content.length > most) {
      throw StoreException.Corrupt.of(operation + ": is larger than " + most + " bytes", digest);
    }
    Digest actual = Digest.of(content);
    if (!actual.equals(digest)) {
      throw StoreException.Corrupt.of(operation + ": " + digest + " holds " + actual, digest);
    }
    return Optional.of(content);
  }

  InputStream open(Descriptor blob, String operation) throws StoreException {
    try {
      InputStream in = Files.newInputStream(file(blob.digest()));
      long size = Files.size(file(blob.digest()));
      if (size != blob.size()) {
        in.close();
        throw StoreException.Corrupt.of(
            operation + ": has " + size + " bytes instead of " + blob.size(), blob.digest());
      }
      return new StoreStream(in, operation);
    } catch (NoSuchFileException e) {
      throw new StoreException.Missing(
          operation + ": the blob is not there, though a manifest names it");
    } catch (IOException e) {
      throw FolderFailure.of(operation, e);
    }
  }

  void write(Descriptor blob, BlobSource source, String operation) throws IOException {
    Path temporary;
    OutputStream out;
    try {
      SharedFiles.makeFolders(blobs);
      temporary = SharedFiles.temporary(ingest, blob.digest().hex());
      out = SharedFiles.create(temporary);
      leftovers.sweepOnce(temporary);
    } catch (IOException e) {
      throw FolderFailure.of(operation, e);
    }
    boolean done = false;
    try {
      try (InputStream in = new VerifyingInputStream(source.open(), blob)) {
        copy(in, out, operation);
      } finally {
        close(out, operation);
      }
      move(temporary, file(blob.digest()), operation);
      done = true;
    } finally {
      if (!done) {
        Files.deleteIfExists(temporary);
      }
    }
  }

  private static void copy(InputStream in, OutputStream out, String operation) throws IOException {
    byte[] buffer = new byte[BUFFER];
    for (int count = in.read(buffer, 0, BUFFER); count >= 0; count = in.read(buffer, 0, BUFFER)) {
      try {
        out.write(buffer, 0, count);
      } catch (IOException e) {
        throw FolderFailure.of(operation, e);
      }
    }
  }

  private static void move(Path temporary, Path target, String operation) throws StoreException {
    try {
      SharedFiles.move(temporary, target);
    } catch (IOException e) {
      throw FolderFailure.of(operation, e);
    }
  }

  private static void close(OutputStream out, String operation) throws StoreException {
    try {
      out.close();
    } catch (IOException e) {
      throw FolderFailure.of(operation, e);
    }
  }
}
