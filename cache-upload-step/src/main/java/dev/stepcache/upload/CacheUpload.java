package dev.stepcache.upload;

/** The StepAction cache-upload. */
public final class CacheUpload {
  private CacheUpload() {}

  public static void main(String[] args) {
    throw new UnsupportedOperationException();
  }
}
