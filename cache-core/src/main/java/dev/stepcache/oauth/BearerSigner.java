package dev.stepcache.oauth;

import dev.stepcache.http.Request;
import dev.stepcache.objects.Signer;
import dev.stepcache.oci.Digest;
import java.io.IOException;
import java.util.Optional;

/** Requests to an object store with an account's token. */
public final class BearerSigner implements Signer {
  private final KeptToken token;
  private final String what;

  /**
   * @param what is opened, for people: messages of token services begin with it
   */
  public BearerSigner(KeptToken token, String what) {
    this.token = token;
    this.what = what;
  }

  @Override
  public Request sign(Request request, Optional<Digest> payload) throws IOException {
    return request.with("Authorization", "Bearer " + token.value(what));
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
