package dev.stepcache.azure;

import java.util.Map;

/** The emulator of storage accounts, whose account and key are the same everywhere, and public. */
final class Azurite {
  /** What {@code UseDevelopmentStorage=true} stands for. */
  static final Map<String, String> CONNECTION =
      Map.of(
          "AccountName",
          "devstoreaccount1",
          "AccountKey",
          "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==",
          "BlobEndpoint",
          "http://127.0.0.1:10000/devstoreaccount1");

  private Azurite() {}
}
