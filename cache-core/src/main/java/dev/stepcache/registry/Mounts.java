package dev.stepcache.registry;

import dev.stepcache.http.Body;
import dev.stepcache.http.Response;
import dev.stepcache.oci.Descriptor;
import dev.stepcache.registry.auth.RepositoryAccess;
import dev.stepcache.store.StoreException;
import java.io.IOException;
import java.net.URI;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Blobs that a repository takes over from others of its registry, without their bytes (distribution
 * specification, mounting a blob from another repository). A repository that gave none when it was
 * asked first is not asked again: the registry may not mount, or the account not read there.
 */
final class Mounts {
  private final Requests requests;
  private final String repository;
  private final Set<String> given = ConcurrentHashMap.newKeySet();
  private final Set<String> refused = ConcurrentHashMap.newKeySet();

  Mounts(Requests requests, String repository) {
    this.requests = requests;
    this.repository = repository;
  }

  /** Whether the blob is there now. */
  boolean mount(Descriptor blob, String source, String operation) throws IOException {
    if (refused.contains(source)) {
      return false;
    }
    if (ask(blob, source, operation)) {
      given.add(source);
      return true;
    }
    if (!given.contains(source)) {
      refused.add(source);
    }
    return false;
  }

  private boolean ask(Descriptor blob, String source, String operation) throws IOException {
    Sessions sessions = new Sessions(requests, repository, operation);
    URI uri = URI.create(sessions.uploads() + "?mount=" + blob.digest() + "&from=" + source);
    Call post =
        Call.push(operation, "POST", uri, Body.NONE)
            .wanting(RepositoryAccess.mountingFrom(source))
            .busyOn(Call.BUSY_BUT_500);
    try {
      return requests.send(post, response -> mounted(response, blob, sessions));
    } catch (StoreException.Unauthorized | StoreException.Rejected e) {
      // The account may not read there: it can do without.
      return false;
    }
  }

  private static boolean mounted(Response response, Descriptor blob, Sessions sessions)
      throws IOException {
    if (response.status() == 202) {
      sessions.drop(sessions.location(response));
      return false;
    }
    try (response) {
      String digest = blob.digest().toString();
      return response.status() == 201
          && response.header("Docker-Content-Digest").orElse(digest).equals(digest);
    }
  }
}
