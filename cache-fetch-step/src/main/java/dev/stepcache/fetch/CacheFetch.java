package dev.stepcache.fetch;

/** The StepAction cache-fetch. */
public final class CacheFetch {
  private CacheFetch() {}

  public static void main(String[] args) {
    throw new UnsupportedOperationException();
  }
}
