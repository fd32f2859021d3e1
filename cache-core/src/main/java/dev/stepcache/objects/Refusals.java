package dev.stepcache.objects;

import dev.stepcache.http.Response;
import dev.stepcache.store.StoreException;
import java.io.IOException;

/** What a service's answers mean that are no success. */
public interface Refusals {
  /**
   * Whether another try may bring another answer, beside those that HTTP says so of (408, 429, 500,
   * 502, 503, 504).
   */
  boolean isBusy(int status);

  /**
   * What an answer means, with the service's own code and the cure; reads the answer's body as far
   * as that explains it. That there is no such object is {@link StoreException.Missing}.
   *
   * @param operation for people: "{verb} {reference}"
   * @param account whose request it was, for people
   */
  StoreException of(String operation, Response answer, String account) throws IOException;
}
