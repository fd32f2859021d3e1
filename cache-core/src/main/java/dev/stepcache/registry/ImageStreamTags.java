package dev.stepcache.registry;

import com.fasterxml.jackson.databind.JsonNode;
import dev.stepcache.credentials.Login;
import dev.stepcache.http.Body;
import dev.stepcache.http.Limits;
import dev.stepcache.http.Origin;
import dev.stepcache.http.Proxies;
import dev.stepcache.http.Request;
import dev.stepcache.http.Response;
import dev.stepcache.http.Trust;
import dev.stepcache.http.Wire;
import dev.stepcache.oci.Digest;
import dev.stepcache.oci.Json;
import dev.stepcache.oci.MalformedDocumentException;
import dev.stepcache.oci.Tag;
import dev.stepcache.retry.Attempts;
import dev.stepcache.retry.Exchanges;
import dev.stepcache.retry.RetryPolicy;
import dev.stepcache.store.Deleter;
import dev.stepcache.store.DeletionOutcome;
import dev.stepcache.store.Fetcher;
import dev.stepcache.store.StoreException;
import dev.stepcache.store.StoredManifest;
import dev.stepcache.store.TagTimes;
import java.io.Closeable;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What of OpenShift's own registry only the API of its cluster does, as the pod's service account:
 * deleting tags, by {@code imagestreamtags}, and telling their times, by the imagestream. There is
 * no way to ask for a deletion only while the tag names a certain image: it is read right before.
 * Images go when the administrator's {@code oc adm prune images} finds no tag that names them.
 */
final class ImageStreamTags implements Deleter, TagTimes, Closeable {
  private static final Set<Integer> BUSY = Set.of(408, 429, 500, 502, 503, 504);
  private static final int LARGEST = 8192;
  private static final int LARGEST_STREAM = 64 << 20;
  private static final Duration LONG_ENOUGH = Duration.ofSeconds(2);

  private final ClusterAccount account;
  private final Fetcher store;
  private final String repository;
  private final String shown;
  private final Exchanges exchanges;

  /**
   * @param repository {@code namespace/name}
   * @param shown the same for people
   * @param store the same repository, to look at tags
   */
  ImageStreamTags(ClusterAccount account, Fetcher store, String repository, String shown) {
    this.account = account;
    this.store = store;
    this.repository = repository;
    this.shown = shown;
    Trust authority = new Trust(Optional.empty(), List.of(account.authority()), Optional.empty());
    this.exchanges =
        new Exchanges(
            new Wire(authority, false, Proxies.NONE, Limits.STANDARD),
            Limits.STANDARD,
            RetryPolicy.STANDARD,
            retry -> {},
            "the cluster's API");
  }

  @Override
  public DeletionOutcome deleteTag(Tag tag, Digest image) throws IOException {
    Optional<Digest> now = store.manifest(tag).map(StoredManifest::digest);
    if (now.isEmpty()) {
      return new DeletionOutcome.Absent();
    }
    return now.get().equals(image) ? delete(tag) : new DeletionOutcome.Moved(now.get());
  }

  @Override
  public DeletionOutcome deleteImage(Digest image) {
    return new DeletionOutcome.Unsupported(
        "delete "
            + shown
            + "@"
            + image
            + ": only the cluster's administrator removes images, by oc adm prune images");
  }

  private DeletionOutcome delete(Tag tag) throws IOException {
    String operation = "delete " + shown + ":" + tag;
    Optional<String> token = token();
    if (token.isEmpty()) {
      return new DeletionOutcome.Refused(
          operation
              + ": OpenShift deletes tags by the cluster's API alone, and there is no service"
              + " account's token in "
              + account.token());
    }
    return send(
        request("DELETE", "imagestreamtags", ":" + tag, token.get()),
        operation,
        response -> answer(response, operation));
  }

  /** The first item of a tag is what it names now. */
  @Override
  public Map<Tag, Instant> tagTimes() throws IOException {
    String operation = "ask for the times of " + shown;
    Optional<String> token = token();
    return token.isEmpty()
        ? Map.of()
        : send(
            request("GET", "imagestreams", "", token.get()),
            operation,
            response ->
                switch (response.status()) {
                  case 200 -> times(Json.object(response.bytes(LARGEST_STREAM), "imagestream"));
                  // Whoever may pull and no more may not look at the stream.
                  case 401, 403, 404 -> Map.of();
                  default -> throw refusal(response, operation);
                });
  }

  private static Map<Tag, Instant> times(JsonNode stream) {
    Map<Tag, Instant> times = new HashMap<>();
    for (JsonNode tag : stream.path("status").path("tags")) {
      try {
        times.put(
            new Tag(tag.path("tag").asText()),
            Instant.parse(tag.path("items").path(0).path("created").asText()));
      } catch (IllegalArgumentException | DateTimeParseException e) {
        // Nothing is known of that one.
      }
    }
    return times;
  }

  private Optional<String> token() throws IOException {
    return Login.ServiceAccount.in(account.token()).flatMap(Login::bearer);
  }

  private Request request(String method, String resource, String end, String token) {
    int slash = repository.indexOf('/');
    URI uri =
        Origin.of("https", account.server())
            .resolve(
                "/apis/image.openshift.io/v1/namespaces/"
                    + repository.substring(0, slash)
                    + "/"
                    + resource
                    + "/"
                    + repository.substring(slash + 1)
                    + end);
    return new Request(method, uri, Map.of(), Body.NONE).with("Authorization", "Bearer " + token);
  }

  private <T> T send(Request request, String operation, Exchanges.Answer<T> answer)
      throws IOException {
    return exchanges.send(
        new Exchanges.Ask() {
          @Override
          public String operation() {
            return operation;
          }

          @Override
          public Response send(Duration patience, Attempts attempts) throws IOException {
            return attempts.send(request, patience);
          }

          @Override
          public boolean isBusy(Response response) {
            return BUSY.contains(response.status());
          }

          @Override
          public StoreException refusal(Response response) {
            return ImageStreamTags.refusal(response, operation);
          }
        },
        response -> {
          try (response) {
            return answer.read(response);
          }
        });
  }

  private DeletionOutcome answer(Response response, String operation) throws StoreException {
    return switch (response.status()) {
      case 200, 202 -> new DeletionOutcome.Done();
      case 404 -> new DeletionOutcome.Absent();
      case 401, 403 ->
          new DeletionOutcome.Refused(
              refusal(response, operation).getMessage() + ". The right to: " + account.grant());
      default -> throw refusal(response, operation);
    };
  }

  private static StoreException refusal(Response response, String operation) {
    String message =
        operation + ": the cluster's API answered " + response.status() + said(response);
    return response.status() == 429
        ? new StoreException.Throttled(message)
        : new StoreException.Rejected(message);
  }

  /** Kubernetes' Status says what is wrong in its message. */
  private static String said(Response response) {
    try {
      JsonNode status =
          Json.object(response.beginningOrLess(LARGEST, LONG_ENOUGH), "status").path("message");
      return status.asText("").isEmpty() ? "" : " (" + status.asText() + ")";
    } catch (MalformedDocumentException e) {
      return "";
    }
  }

  @Override
  public void close() {
    exchanges.end();
  }
}
