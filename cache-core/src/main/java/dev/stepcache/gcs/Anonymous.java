package dev.stepcache.gcs;

import dev.stepcache.http.Request;
import dev.stepcache.objects.Signer;
import dev.stepcache.oci.Digest;
import java.util.Optional;

/** Requests of nobody: to a public bucket, or to an emulator. */
final class Anonymous implements Signer {
  @Override
  public Request sign(Request request, Optional<Digest> payload) {
    return request;
  }

  @Override
  public boolean refused() {
    return false;
  }

  @Override
  public String account() {
    return "nobody (anonymous)";
  }
}
