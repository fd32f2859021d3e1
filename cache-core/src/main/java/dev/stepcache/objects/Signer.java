package dev.stepcache.objects;

import dev.stepcache.http.Request;
import dev.stepcache.oci.Digest;
import dev.stepcache.store.StoreException;
import java.io.IOException;
import java.util.Optional;

/**
 * Makes a request one of an account: signs it, or adds a token. Safe for use by several threads.
 */
public interface Signer {
  /**
   * The request as it is sent, for one attempt alone: a signature holds a time, and a token may be
   * renewed.
   *
   * @param payload of its body, where that is known
   * @throws StoreException if there are no credentials, or nobody gave a token for them
   */
  Request sign(Request request, Optional<Digest> payload) throws IOException;

  /**
   * A server did not take what was signed: what is kept of credentials may have expired.
   *
   * @return whether others may be found by the next {@link #sign}
   */
  boolean refused();

  /** Whose requests these are, for people and without a secret: "access key AKIA...". */
  String account();
}
