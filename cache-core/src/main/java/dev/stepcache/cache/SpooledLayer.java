package dev.stepcache.cache;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.SequenceInputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A packed layer that waits for the store: in memory as far as there is some, the rest in a file.
 * After it was written and closed it may be read, several times; freeing it gives all back.
 */
final class SpooledLayer extends OutputStream {
  private static final int BUFFER = 1 << 17;

  private final BlobMemory memory;
  private final Path folder;
  private final List<byte[]> pieces = new ArrayList<>();
  private int room;
  private Optional<Path> file = Optional.empty();
  private Optional<OutputStream> rest = Optional.empty();

  /**
   * @param folder where a file is made if it takes one
   */
  SpooledLayer(BlobMemory memory, Path folder) {
    this.memory = memory;
    this.folder = folder;
  }

  @Override
  public void write(int b) throws IOException {
    write(new byte[] {(byte) b}, 0, 1);
  }

  @Override
  public void write(byte[] bytes, int offset, int length) throws IOException {
    int at = offset;
    int end = offset + length;
    while (at < end && hasRoom()) {
      int count = Math.min(room, end - at);
      System.arraycopy(bytes, at, pieces.getLast(), BlobMemory.PIECE - room, count);
      room -= count;
      at += count;
    }
    if (at < end) {
      rest().write(bytes, at, end - at);
    }
  }

  private boolean hasRoom() {
    if (room == 0 && rest.isEmpty()) {
      Optional<byte[]> piece = memory.takeOne();
      piece.ifPresent(pieces::add);
      room = piece.isPresent() ? BlobMemory.PIECE : 0;
    }
    return room > 0;
  }

  private OutputStream rest() throws IOException {
    if (rest.isEmpty()) {
      Path made = Files.createTempFile(folder, "layer-", ".tar.zst");
      file = Optional.of(made);
      rest = Optional.of(new BufferedOutputStream(Files.newOutputStream(made), BUFFER));
    }
    return rest.get();
  }

  @Override
  public void close() throws IOException {
    if (rest.isPresent()) {
      rest.get().close();
    }
  }

  /** The layer from its first byte. */
  InputStream open() throws IOException {
    InputStream held = BlobMemory.open(pieces, (long) pieces.size() * BlobMemory.PIECE - room);
    return file.isPresent()
        ? new SequenceInputStream(
            held, new BufferedInputStream(Files.newInputStream(file.get()), BUFFER))
        : held;
  }

  /** Gives back the memory, and removes the file. */
  void free() throws IOException {
    memory.giveBack(pieces);
    pieces.clear();
    if (file.isPresent()) {
      Files.deleteIfExists(file.get());
    }
  }
}
