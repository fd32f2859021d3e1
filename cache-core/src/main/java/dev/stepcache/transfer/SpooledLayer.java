package dev.stepcache.transfer;

import dev.stepcache.io.BulkInputStream;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.SequenceInputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * A packed layer that waits for the store: in memory as far as there is some, the rest in a file.
 * After it was written and closed it may be read, several times; freeing it gives all back.
 */
final class SpooledLayer extends OutputStream {
  private static final int BUFFER = 1 << 17;

  private final BlobPool memory;
  private final Path folder;
  private final List<byte[]> pieces = new ArrayList<>();
  private int room;
  private Optional<Path> name = Optional.empty();

  /** Held open: its name may be another's file when it is read. */
  private Optional<FileChannel> file = Optional.empty();

  private Optional<OutputStream> rest = Optional.empty();

  /**
   * @param folder where a file is made if it takes one
   */
  SpooledLayer(BlobPool memory, Path folder) {
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
      System.arraycopy(bytes, at, pieces.getLast(), BlobPool.PIECE - room, count);
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
      room = piece.isPresent() ? BlobPool.PIECE : 0;
    }
    return room > 0;
  }

  private OutputStream rest() throws IOException {
    if (rest.isEmpty()) {
      Path made = folder.resolve("layer-" + UUID.randomUUID() + ".tar.zst");
      FileChannel channel =
          FileChannel.open(
              made,
              StandardOpenOption.CREATE_NEW,
              StandardOpenOption.READ,
              StandardOpenOption.WRITE);
      name = Optional.of(made);
      file = Optional.of(channel);
      rest = Optional.of(new BufferedOutputStream(Channels.newOutputStream(channel), BUFFER));
    }
    return rest.get();
  }

  @Override
  public void close() throws IOException {
    if (rest.isPresent()) {
      rest.get().flush();
    }
  }

  /** The layer from its first byte. */
  InputStream open() throws IOException {
    InputStream held = BlobPool.open(pieces, (long) pieces.size() * BlobPool.PIECE - room);
    return file.isPresent()
        ? new SequenceInputStream(
            held, new BufferedInputStream(new FromBeginning(file.get()), BUFFER))
        : held;
  }

  /** Reads a file that stays open. */
  private static final class FromBeginning extends BulkInputStream {
    private final FileChannel file;
    private long at;

    FromBeginning(FileChannel file) {
      this.file = file;
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
      int count = file.read(ByteBuffer.wrap(into, offset, length), at);
      at += Math.max(count, 0);
      return count;
    }
  }

  /** Gives back the memory, and removes the file. */
  void free() throws IOException {
    memory.giveBack(pieces);
    pieces.clear();
    if (file.isPresent()) {
      file.get().close();
    }
    if (name.isPresent()) {
      Files.deleteIfExists(name.get());
    }
  }
}
