package dev.stepcache.cache;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.SequenceInputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/**
 * A packed layer that waits for the store: in memory as far as there is some, the rest in a file.
 * After it was written and closed it may be read, several times; freeing it gives all back.
 */
final class SpooledLayer extends OutputStream {
  private static final int BUFFER = 1 << 17;

  private final SpoolMemory memory;
  private final Path folder;
  private final List<byte[]> pieces = new ArrayList<>();
  private int room;
  private Optional<Path> file = Optional.empty();
  private Optional<OutputStream> rest = Optional.empty();

  /**
   * @param folder where a file is made if it takes one
   */
  SpooledLayer(SpoolMemory memory, Path folder) {
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
      System.arraycopy(bytes, at, pieces.getLast(), SpoolMemory.PIECE - room, count);
      room -= count;
      at += count;
    }
    if (at < end) {
      rest().write(bytes, at, end - at);
    }
  }

  private boolean hasRoom() {
    if (room == 0 && rest.isEmpty()) {
      Optional<byte[]> piece = memory.take();
      piece.ifPresent(pieces::add);
      room = piece.isPresent() ? SpoolMemory.PIECE : 0;
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
    List<InputStream> parts = new ArrayList<>();
    for (int number = 0; number < pieces.size(); number++) {
      int length = SpoolMemory.PIECE - (number == pieces.size() - 1 ? room : 0);
      parts.add(new ByteArrayInputStream(pieces.get(number), 0, length));
    }
    if (file.isPresent()) {
      parts.add(new BufferedInputStream(Files.newInputStream(file.get()), BUFFER));
    }
    return new SequenceInputStream(Collections.enumeration(parts));
  }

  /** Gives back the memory, and removes the file. */
  void free() throws IOException {
    pieces.forEach(memory::giveBack);
    pieces.clear();
    if (file.isPresent()) {
      Files.deleteIfExists(file.get());
    }
  }
}
