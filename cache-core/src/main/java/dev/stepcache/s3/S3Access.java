package dev.stepcache.s3;

import dev.stepcache.http.Body;
import dev.stepcache.http.Request;
import dev.stepcache.objects.Signer;
import dev.stepcache.oci.Digest;
import dev.stepcache.s3.auth.CredentialChain;
import dev.stepcache.s3.auth.RequestSignature;
import java.io.IOException;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Function;

/**
 * Where the bucket is asked at present, and as whom: what answers tell of either holds for the
 * requests that follow. Safe for use by several threads.
 */
final class S3Access implements Signer {
  private static final Digest NOTHING = Digest.of(new byte[0]);
  private static final String UNSIGNED = "UNSIGNED-PAYLOAD";

  private final Function<String, S3Address> addresses;
  private final Optional<CredentialChain> credentials;
  private S3Address address;

  /** Rises whenever the same request may end otherwise than it just did. */
  private int changes;

  private boolean moved;

  /**
   * @param addresses of the bucket, by regions
   * @param credentials empty where nothing is signed
   */
  S3Access(
      Function<String, S3Address> addresses, String region, Optional<CredentialChain> credentials) {
    this.addresses = addresses;
    this.credentials = credentials;
    this.address = addresses.apply(region);
  }

  synchronized S3Address address() {
    return address;
  }

  synchronized int changes() {
    return changes;
  }

  /** The same request is worth another try. */
  synchronized void again() {
    changes++;
  }

  /** The bucket lies in another region; whether that is news, which it is once. */
  synchronized boolean moved(String region) {
    if (address.region().equals(region)) {
      return true;
    }
    if (moved) {
      return false;
    }
    moved = true;
    changes++;
    address = addresses.apply(region);
    return true;
  }

  @Override
  public Request sign(Request request, Optional<Digest> payload) throws IOException {
    if (credentials.isEmpty()) {
      return request;
    }
    String digest =
        request.body() instanceof Body.None
            ? NOTHING.hex()
            : payload.map(Digest::hex).orElse(UNSIGNED);
    return new RequestSignature(credentials.get().credentials(), address().region(), "s3")
        .sign(request.with(RequestSignature.PAYLOAD, digest), digest, Instant.now());
  }

  @Override
  public boolean refused() {
    boolean others = credentials.isPresent() && credentials.get().refused();
    if (others) {
      again();
    }
    return others;
  }

  @Override
  public String account() {
    return credentials.map(CredentialChain::account).orElse("nobody (anonymous)");
  }
}
