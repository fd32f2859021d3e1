package dev.stepcache.registry;

import dev.stepcache.http.Body;
import dev.stepcache.http.Origin;
import dev.stepcache.http.RedirectPolicy;
import dev.stepcache.http.Response;
import dev.stepcache.http.WireException;
import dev.stepcache.store.StoreException;
import java.io.IOException;
import java.net.URI;
import java.util.Optional;
import java.util.Set;

/** Upload sessions of a repository, as the registry opens them: where each is to be sent. */
record Sessions(Requests requests, String repository, String operation) {

  /** A new one. */
  URI open() throws IOException {
    return requests.send(Call.push(operation, "POST", uploads(), Body.NONE), this::location);
  }

  /** Where uploads begin. */
  URI uploads() {
    return URI.create("/v2/" + repository + "/blobs/uploads/");
  }

  /** Gives up a session that nobody will use; a registry that minds clears it away some day. */
  void drop(URI session) throws IOException {
    Call delete = Call.push(operation, "DELETE", session, Body.NONE).busyOn(Set.of());
    try {
      var _ = requests.attempt(delete, Sessions::ended, requests.attempts(operation));
    } catch (StoreException e) {
      // It is in nobody's way.
    }
  }

  private static boolean ended(Response response) {
    response.close();
    return true;
  }

  /** The session that an answer opens; closes it. */
  URI location(Response response) throws IOException {
    try (response) {
      if (response.status() != 202 && response.status() != 201) {
        throw requests.refusal(operation, response);
      }
      URI given =
          response
              .header("Location")
              .flatMap(location -> RedirectPolicy.resolve(response.uri(), location))
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
    if (path.startsWith(uploads().getPath())) {
      String query = given.getRawQuery();
      return registry.resolve(query == null ? path : path + "?" + query);
    }
    Optional<String> violation = RedirectPolicy.violation(registry, given);
    if (violation.isPresent()) {
      throw new StoreException.Rejected(
          operation + ": the upload's URL " + RedirectPolicy.shown(given) + " " + violation.get());
    }
    return given;
  }
}
