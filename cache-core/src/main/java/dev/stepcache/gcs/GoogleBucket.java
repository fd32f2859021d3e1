package dev.stepcache.gcs;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.stepcache.http.Body;
import dev.stepcache.http.Response;
import dev.stepcache.objects.Bucket;
import dev.stepcache.objects.BucketRequests;
import dev.stepcache.objects.BucketRequests.Call;
import dev.stepcache.objects.Condition;
import dev.stepcache.objects.EncodedName;
import dev.stepcache.objects.ListedObjects;
import dev.stepcache.objects.ObjectContent;
import dev.stepcache.objects.ObjectState;
import dev.stepcache.objects.Payload;
import dev.stepcache.objects.PayloadPart;
import dev.stepcache.objects.Removed;
import dev.stepcache.objects.Written;
import dev.stepcache.store.StoreException;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A bucket of Google Cloud Storage, by its JSON API (v1). An object's version is its generation, on
 * which all conditions are.
 */
final class GoogleBucket implements Bucket {
  private static final String FIELDS = "name,size,generation,updated";

  /**
   * How objects are sent.
   *
   * @param largestAtOnce bytes of what is sent by one request
   * @param part of those that are larger: a multiple of 256 KiB
   */
  record Sizes(long largestAtOnce, long part) {
    static final Sizes STANDARD = new Sizes(8 << 20, 256 << 20);
  }

  private final String bucket;
  private final GoogleEndpoint endpoint;
  private final BucketRequests requests;
  private final long largestAtOnce;
  private final ResumableUpload resumable;
  private final Runnable closing;

  /**
   * @param requests of this bucket's account
   * @param sizes from which objects are sent in parts
   * @param closing ends what else is open
   */
  GoogleBucket(
      String bucket,
      GoogleEndpoint endpoint,
      BucketRequests requests,
      Sizes sizes,
      Runnable closing) {
    this.bucket = bucket;
    this.endpoint = endpoint;
    this.requests = requests;
    this.largestAtOnce = sizes.largestAtOnce();
    this.resumable = new ResumableUpload(requests, sizes.part());
    this.closing = closing;
  }

  @Override
  public Optional<ObjectState> head(String name, String operation) throws IOException {
    URI uri = endpoint.object(bucket, name, "fields=" + FIELDS);
    return requests.send(
        Call.of(operation, "GET", uri, Map.of()),
        answer -> {
          try (answer) {
            if (answer.status() == 200) {
              return Optional.of(state(GoogleAnswers.document(answer, operation), operation));
            }
            return absent(operation, answer);
          }
        });
  }

  @Override
  public Optional<ObjectContent> read(String name, int most, String operation) throws IOException {
    return requests.send(
        media(name, operation),
        answer -> {
          try (answer) {
            return answer.status() == 200
                ? Optional.of(content(answer, most, operation))
                : absent(operation, answer);
          }
        });
  }

  private static ObjectContent content(Response answer, int most, String operation)
      throws IOException {
    Optional<String> generation = answer.header("x-goog-generation");
    if (generation.isEmpty()) {
      throw new StoreException.Rejected(
          operation + ": what answered is no Google Cloud Storage: it names no generation");
    }
    byte[] bytes = answer.bytes(most + 1);
    if (bytes.length > most) {
      throw new StoreException.Rejected(operation + ": is larger than " + most + " bytes");
    }
    return new ObjectContent(bytes, generation.get());
  }

  @Override
  public Optional<InputStream> open(String name, long size, String operation) throws IOException {
    return requests.open(media(name, operation), size);
  }

  private Call media(String name, String operation) {
    return Call.of(operation, "GET", endpoint.object(bucket, name, "alt=media"), Map.of());
  }

  /** Nothing, where there is no such object; what else was wrong is thrown. */
  private <T> Optional<T> absent(String operation, Response answer) throws IOException {
    StoreException refusal = requests.refusal(operation, answer);
    if (refusal instanceof StoreException.Missing) {
      return Optional.empty();
    }
    throw refusal;
  }

  @Override
  public boolean readsOnce(long size) {
    return size <= largestAtOnce;
  }

  @Override
  public Written put(String name, Payload payload, Condition condition, String operation)
      throws IOException {
    String query = "name=" + EncodedName.of(name) + "&fields=generation" + asked(condition);
    if (payload.size() > largestAtOnce) {
      return resumable.send(
          endpoint.uploads(bucket, "uploadType=resumable&" + query), payload, operation);
    }
    Call call =
        new Call(
            operation,
            "POST",
            endpoint.uploads(bucket, "uploadType=media&" + query),
            Map.of("Content-Type", payload.contentType()),
            new Body.Blob(payload.size(), PayloadPart.all(payload)),
            Optional.of(payload.digest()));
    return requests.send(
        call,
        answer -> {
          try (answer) {
            return GoogleAnswers.written(answer, operation, requests);
          }
        });
  }

  /** The condition, behind other parts of a query. */
  private static String asked(Condition condition) {
    return switch (condition) {
      case Condition.None none -> "";
      case Condition.Absent absent -> "&ifGenerationMatch=0";
      case Condition.Unchanged unchanged ->
          "&ifGenerationMatch=" + EncodedName.of(unchanged.version());
    };
  }

  @Override
  public ListedObjects list(String prefix, Optional<String> after, String operation)
      throws IOException {
    String query =
        "prefix="
            + EncodedName.of(prefix)
            + "&fields=nextPageToken,items("
            + FIELDS
            + ")"
            + after.map(token -> "&pageToken=" + EncodedName.of(token)).orElse("");
    return requests.send(
        Call.of(operation, "GET", endpoint.objects(bucket, query), Map.of()),
        answer -> {
          try (answer) {
            if (answer.status() != 200) {
              throw GoogleAnswers.notWritten(requests.refusal(operation, answer));
            }
            return page(GoogleAnswers.document(answer, operation), operation);
          }
        });
  }

  private static ListedObjects page(ObjectNode document, String operation) throws StoreException {
    List<ObjectState> objects = new ArrayList<>();
    for (JsonNode item : document.path("items")) {
      objects.add(state(item, operation));
    }
    return new ListedObjects(
        objects,
        Optional.of(document.path("nextPageToken").asText("")).filter(token -> !token.isEmpty()));
  }

  @Override
  public Removed delete(String name, Condition condition, String operation) throws IOException {
    URI uri = endpoint.object(bucket, name, "prettyPrint=false" + asked(condition));
    return requests.send(
        Call.of(operation, "DELETE", uri, Map.of()),
        answer -> {
          try (answer) {
            return switch (answer.status()) {
              case 200, 204 -> new Removed.Done();
              case GoogleAnswers.PRECONDITION_FAILED -> new Removed.Conflict();
              default -> removed(requests.refusal(operation, answer));
            };
          }
        });
  }

  private static Removed removed(StoreException refusal) throws StoreException {
    return switch (refusal) {
      case StoreException.Missing missing -> new Removed.Done();
      case StoreException.Unauthorized refused ->
          new Removed.Refused(String.valueOf(refused.getMessage()));
      default -> throw refusal;
    };
  }

  private static ObjectState state(JsonNode item, String operation) throws StoreException {
    try {
      String name = item.path("name").asText("");
      String generation = item.path("generation").asText("");
      if (name.isEmpty() || generation.isEmpty()) {
        throw new StoreException.Rejected(operation + ": an object without a name or a generation");
      }
      return new ObjectState(
          name,
          Long.parseLong(item.path("size").asText("")),
          generation,
          Instant.parse(item.path("updated").asText("")));
    } catch (NumberFormatException | DateTimeParseException e) {
      throw new StoreException.Rejected(operation + ": an object without a size or a time");
    }
  }

  @Override
  public String toString() {
    return "gs://" + bucket;
  }

  @Override
  public void close() {
    requests.close();
    closing.run();
  }
}
