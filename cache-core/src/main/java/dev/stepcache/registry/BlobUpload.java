package dev.stepcache.registry;

import dev.stepcache.http.Body;
import dev.stepcache.http.Response;
import dev.stepcache.oci.Descriptor;
import dev.stepcache.retry.Attempts;
import dev.stepcache.store.BlobSource;
import java.io.IOException;
import java.net.URI;
import java.util.Optional;
import java.util.Set;

/**
 * Uploads of whole blobs: POST for a session, then one PUT (distribution specification, POST then
 * PUT). A session that vanished or broke is replaced by a new one, from the blob's first byte.
 */
final class BlobUpload {
  /** Besides the usual ones, what registries say of a session that they no longer know. */
  private static final Set<Integer> BUSY = Set.of(404, 408, 416, 429, 500, 502, 503, 504);

  private final Requests requests;
  private final Sessions sessions;
  private final String operation;

  BlobUpload(Requests requests, String repository, String operation) {
    this.requests = requests;
    this.sessions = new Sessions(requests, repository, operation);
    this.operation = operation;
  }

  void send(Descriptor blob, BlobSource source) throws IOException {
    Attempts attempts = requests.attempts(operation);
    while (true) {
      URI location = sessions.open();
      String separator = location.getRawQuery() == null ? "?" : "&";
      URI target = URI.create(location + separator + "digest=" + blob.digest());
      Call put =
          Call.push(operation, "PUT", target, new Body.Blob(blob.size(), source)).busyOn(BUSY);
      Optional<Boolean> stored = requests.attempt(put, this::stored, attempts);
      if (stored.isPresent()) {
        attempts.progressed();
        return;
      }
    }
  }

  private boolean stored(Response response) throws IOException {
    try (response) {
      // Whatever else it is, it is not the word that the blob is there now.
      if (response.status() != 201) {
        throw requests.refusal(operation, response);
      }
      return true;
    }
  }
}
