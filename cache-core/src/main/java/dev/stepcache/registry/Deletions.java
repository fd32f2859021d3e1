package dev.stepcache.registry;

import dev.stepcache.http.Body;
import dev.stepcache.http.Response;
import dev.stepcache.oci.Digest;
import dev.stepcache.oci.Tag;
import dev.stepcache.oci.TagOrDigest;
import dev.stepcache.registry.auth.RepositoryAccess;
import dev.stepcache.store.Deleter;
import dev.stepcache.store.DeletionOutcome;
import dev.stepcache.store.Fetcher;
import dev.stepcache.store.StoredManifest;
import java.io.IOException;
import java.net.URI;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Deleting at a registry (distribution specification, content management): by tag where it does
 * that, by digest else. A registry says in many ways that it does not: 405, 400 for a tag that it
 * takes for a wrong digest, 404 for one that is there, or a success without effect.
 */
final class Deletions implements Deleter {
  private static final RepositoryAccess DELETE = new RepositoryAccess("delete", Optional.empty());
  private static final Set<Integer> SUCCESS = Set.of(200, 202, 204);
  private static final Set<Integer> DENIED = Set.of(401, 403);
  private static final Set<Integer> ABSENT = Set.of(404, 410);
  private static final Set<Integer> NOT_OFFERED = Set.of(400, 405, 501);

  private final Requests requests;
  private final Fetcher store;
  private final String manifests;
  private final String shown;

  /**
   * @param repository as the registry names it
   * @param shown the same for people
   * @param store the same repository, to look at tags
   */
  Deletions(Requests requests, String repository, String shown, Fetcher store) {
    this.requests = requests;
    this.store = store;
    this.manifests = "/v2/" + repository + "/manifests/";
    this.shown = shown;
  }

  @Override
  public DeletionOutcome deleteTag(Tag tag, Digest image) throws IOException {
    Optional<Digest> now = image(tag);
    if (now.isEmpty()) {
      return new DeletionOutcome.Absent();
    }
    if (!now.get().equals(image)) {
      return new DeletionOutcome.Moved(now.get());
    }
    DeletionOutcome answer = send(tag);
    boolean acted =
        answer instanceof DeletionOutcome.Done || answer instanceof DeletionOutcome.Absent;
    if (acted && image(tag).filter(image::equals).isPresent()) {
      return new DeletionOutcome.Unsupported(
          "delete " + shown + ":" + tag + ": the registry answered as if it had, and has it still");
    }
    // After another try's answer was lost, it is not there any more: by this all the same.
    return acted ? new DeletionOutcome.Done() : answer;
  }

  @Override
  public DeletionOutcome deleteImage(Digest image) throws IOException {
    return send(image);
  }

  private Optional<Digest> image(Tag tag) throws IOException {
    return store.manifest(tag).map(StoredManifest::digest);
  }

  private DeletionOutcome send(TagOrDigest selector) throws IOException {
    String operation = "delete " + shown + selector.suffix();
    Call call =
        new Call(
            operation,
            "DELETE",
            URI.create(manifests + selector),
            Map.of(),
            Body.NONE,
            DELETE,
            Call.BUSY);
    return requests.send(call, response -> answer(response, operation));
  }

  private DeletionOutcome answer(Response response, String operation) throws IOException {
    try (response) {
      int status = response.status();
      if (SUCCESS.contains(status)) {
        return new DeletionOutcome.Done();
      }
      if (ABSENT.contains(status)) {
        return new DeletionOutcome.Absent();
      }
      if (NOT_OFFERED.contains(status)) {
        return new DeletionOutcome.Unsupported(message(response, operation));
      }
      if (DENIED.contains(status)) {
        return new DeletionOutcome.Refused(message(response, operation));
      }
      throw requests.refusal(operation, response);
    }
  }

  private String message(Response response, String operation) {
    return String.valueOf(requests.refusal(operation, response).getMessage());
  }
}
