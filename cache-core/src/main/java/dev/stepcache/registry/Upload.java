package dev.stepcache.registry;

import dev.stepcache.oci.Descriptor;
import dev.stepcache.registry.wire.Body;
import dev.stepcache.registry.wire.Origin;
import dev.stepcache.registry.wire.Response;
import dev.stepcache.registry.wire.Targets;
import dev.stepcache.registry.wire.WireException;
import dev.stepcache.store.BlobSource;
import dev.stepcache.store.StoreException;
import java.io.IOException;
import java.net.URI;
import java.util.Optional;
import java.util.Set;

/**
 * Uploads of whole blobs: POST for a session, then one PUT (distribution specification, POST then
 * PUT). A session that vanished or broke is replaced by a new one, from the blob's first byte.
 */
final class Upload {
  /** Besides the usual ones, what registries say of a session that they no longer know. */
  private static final Set<Integer> BUSY = Set.of(404, 408, 416, 429, 500, 502, 503, 504);

  private final Requests requests;
  private final String repository;
  private final String what;

  Upload(Requests requests, String repository, String what) {
    this.requests = requests;
    this.repository = repository;
    this.what = what;
  }

  void send(Descriptor blob, BlobSource source) throws IOException {
    Attempts attempts = requests.attempts(what);
    while (true) {
      URI location = session();
      String separator = location.getRawQuery() == null ? "?" : "&";
      URI target = URI.create(location + separator + "digest=" + blob.digest());
      Call put = Call.push(what, "PUT", target, new Body.Blob(blob.size(), source)).busyOn(BUSY);
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
        throw requests.refusal(what, response);
      }
      return true;
    }
  }

  private URI session() throws IOException {
    URI uploads = URI.create("/v2/" + repository + "/blobs/uploads/");
    return requests.send(Call.push(what, "POST", uploads, Body.NONE), this::location);
  }

  private URI location(Response response) throws IOException {
    try (response) {
      if (response.status() != 202 && response.status() != 201) {
        throw requests.refusal(what, response);
      }
      URI given =
          response
              .header("Location")
              .flatMap(location -> Targets.resolve(response.uri(), location))
              .orElseThrow(() -> WireException.misled("an upload session without an http URL"));
      return ours(given);
    }
  }

  /**
   * Where to send the blob. A registry behind a proxy often names itself wrongly: what looks like
   * its own path is taken at the host that we know. Anything else may be storage elsewhere, over
   * https only, and gets no login.
   */
  private URI ours(URI given) throws IOException {
    Origin registry = requests.origin();
    if (Origin.of(given).equals(registry)) {
      return given;
    }
    String path = given.getRawPath();
    if (path.startsWith("/v2/" + repository + "/blobs/uploads/")) {
      String query = given.getRawQuery();
      return registry.resolve(query == null ? path : path + "?" + query);
    }
    Optional<String> objection = Targets.objection(registry, given);
    if (objection.isPresent()) {
      throw new StoreException.Rejected(
          what + ": the upload's URL " + Targets.shown(given) + " " + objection.get());
    }
    return given;
  }
}
