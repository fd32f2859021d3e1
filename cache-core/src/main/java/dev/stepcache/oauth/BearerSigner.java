package dev.stepcache.oauth;

import dev.stepcache.http.Request;
import dev.stepcache.objects.Signer;
import dev.stepcache.oci.Digest;
import java.io.IOException;
import java.util.Optional;

/** Requests to an object store with an account's token. */
public final class BearerSigner implements Signer {
  private final KeptToken token;
  private final String operation;

  /**
   * @param operation that wants to sign, for people: messages of token services begin with it
   */
  public BearerSigner(KeptToken token, String operation) {
    this.token = token;
    this.operation = operation;
  }

  @Override
  public Request sign(Request request, Optional<Digest> payload) throws IOException {
    return request.with("Authorization", "Bearer " + token.value(operation));
  }

  @Override
  public boolean refused() {
    return token.refused();
  }

  @Override
  public String account() {
    return token.account();
  }
}
