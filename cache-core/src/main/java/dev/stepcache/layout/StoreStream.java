package dev.stepcache.layout;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/** A file of the store: its failure is the store's. */
final class StoreStream extends FilterInputStream {
  private final String operation;

  StoreStream(InputStream in, String operation) {
    super(in);
    this.operation = operation;
  }

  @Override
  public int read() throws IOException {
    try {
      return in.read();
    } catch (IOException e) {
      throw FolderFailure.of(operation, e);
    }
  }

  @Override
  public int read(byte[] bytes, int offset, int length) throws IOException {
    try {
      return in.read(bytes, offset, length);
    } catch (IOException e) {
      throw FolderFailure.of(operation, e);
    }
  }
}
