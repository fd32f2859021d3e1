package dev.stepcache.registry;

import dev.stepcache.http.Body;
import dev.stepcache.registry.auth.RepositoryAccess;
import java.net.URI;
import java.util.Map;
import java.util.Set;

/**
 * A request to a registry, before its login.
 *
 * @param operation for people: "{verb} {reference}"
 * @param uri absolute, or a path at the registry
 * @param busy the statuses after which it is sent again
 */
record Call(
    String operation,
    String method,
    URI uri,
    Map<String, String> headers,
    Body body,
    RepositoryAccess access,
    Set<Integer> busy) {
  static final Set<Integer> BUSY = Set.of(408, 429, 500, 502, 503, 504);

  /** Where whoever asks makes something of a 500. */
  static final Set<Integer> BUSY_BUT_500 = Set.of(408, 429, 502, 503, 504);

  static Call pull(String operation, String method, String path, Map<String, String> headers) {
    return pull(operation, method, URI.create(path), headers);
  }

  static Call pull(String operation, String method, URI uri, Map<String, String> headers) {
    return new Call(operation, method, uri, headers, Body.NONE, RepositoryAccess.PULL, BUSY);
  }

  static Call push(String operation, String method, URI uri, Body body) {
    return new Call(operation, method, uri, Map.of(), body, RepositoryAccess.PUSH, BUSY);
  }

  Call busyOn(Set<Integer> statuses) {
    return new Call(operation, method, uri, headers, body, access, statuses);
  }

  Call wanting(RepositoryAccess other) {
    return new Call(operation, method, uri, headers, body, other, busy);
  }
}
