package dev.stepcache.azure;

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
import java.time.DateTimeException;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * A container of Azure Blob Storage, by its REST API. Objects are block blobs; an object's version
 * is its ETag, without the quotes.
 */
final class AzureContainer implements Bucket {
  /** Of Azure's API; newer ones change nothing that is used here. */
  private static final Map<String, String> VERSION = Map.of("x-ms-version", "2021-08-06");

  private static final int LARGEST_PAGE = 8 << 20;

  private final AzureEndpoint endpoint;
  private final BucketRequests requests;
  private final Sizes sizes;
  private final Runnable closing;

  /**
   * How objects are sent.
   *
   * @param largestAtOnce bytes of what is sent by one request
   * @param block of those that are larger
   */
  record Sizes(long largestAtOnce, long block) {
    static final Sizes STANDARD = new Sizes(256 << 20, 256 << 20);
  }

  /**
   * @param requests of the container's account
   * @param closing ends what else is open
   */
  AzureContainer(AzureEndpoint endpoint, BucketRequests requests, Sizes sizes, Runnable closing) {
    this.endpoint = endpoint;
    this.requests = requests;
    this.sizes = sizes;
    this.closing = closing;
  }

  @Override
  public Optional<ObjectState> head(String name, String operation) throws IOException {
    return requests.send(
        Call.of(operation, "HEAD", endpoint.blob(name, Optional.empty()), VERSION),
        answer -> {
          try (answer) {
            return answer.status() == 200
                ? Optional.of(state(name, answer, operation))
                : absent(operation, answer);
          }
        });
  }

  private static ObjectState state(String name, Response answer, String operation)
      throws StoreException {
    try {
      return new ObjectState(
          name,
          Long.parseLong(answer.header("Content-Length").orElse("")),
          AzureAnswers.versionOf(answer, operation),
          Instant.from(
              DateTimeFormatter.RFC_1123_DATE_TIME.parse(
                  answer.header("Last-Modified").orElse(""))));
    } catch (NumberFormatException | DateTimeException e) {
      throw new StoreException.Rejected(
          operation + ": what answered is no Azure Blob Storage: it names no size or time");
    }
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
  public Optional<ObjectContent> read(String name, int most, String operation) throws IOException {
    return requests.send(
        get(name, operation),
        answer -> {
          try (answer) {
            if (answer.status() != 200) {
              return absent(operation, answer);
            }
            String version = AzureAnswers.versionOf(answer, operation);
            byte[] bytes = answer.bytes(most + 1);
            if (bytes.length > most) {
              throw new StoreException.Rejected(operation + ": is larger than " + most + " bytes");
            }
            return Optional.of(new ObjectContent(bytes, version));
          }
        });
  }

  @Override
  public Optional<InputStream> open(String name, long size, String operation) throws IOException {
    return requests.open(get(name, operation), size);
  }

  private Call get(String name, String operation) {
    return Call.of(operation, "GET", endpoint.blob(name, Optional.empty()), VERSION);
  }

  @Override
  public boolean readsOnce(long size) {
    return size <= sizes.largestAtOnce();
  }

  @Override
  public Written put(String name, Payload payload, Condition condition, String operation)
      throws IOException {
    if (payload.size() > sizes.largestAtOnce()) {
      return new BlockUpload(requests, endpoint, sizes.block())
          .send(name, payload, headers(condition), operation);
    }
    Map<String, String> headers = headers(condition);
    headers.put("x-ms-blob-type", "BlockBlob");
    headers.put("Content-Type", payload.contentType());
    Call call =
        Call.of(operation, "PUT", endpoint.blob(name, Optional.empty()), headers)
            .with(
                new Body.Blob(payload.size(), PayloadPart.all(payload)),
                Optional.of(payload.digest()));
    return requests.send(
        call,
        answer -> {
          try (answer) {
            return AzureAnswers.written(answer, operation, requests);
          }
        });
  }

  /** With those of a condition. */
  private static Map<String, String> headers(Condition condition) {
    Map<String, String> headers = new TreeMap<>(VERSION);
    switch (condition) {
      case Condition.None none -> {}
      case Condition.Absent absent -> headers.put("If-None-Match", "*");
      case Condition.Unchanged unchanged ->
          headers.put("If-Match", "\"" + unchanged.version() + "\"");
    }
    return headers;
  }

  @Override
  public ListedObjects list(String prefix, Optional<String> after, String operation)
      throws IOException {
    URI uri =
        endpoint.blobs(
            "restype=container&comp=list&prefix="
                + EncodedName.of(prefix)
                + after.map(marker -> "&marker=" + EncodedName.of(marker)).orElse(""));
    return requests.send(
        Call.of(operation, "GET", uri, VERSION),
        answer -> {
          try (answer) {
            if (answer.status() != 200) {
              throw AzureAnswers.notWritten(requests.refusal(operation, answer));
            }
            return BlobPage.of(answer.bytes(LARGEST_PAGE));
          } catch (IllegalArgumentException e) {
            throw new StoreException.Rejected(
                operation + ": what answered is no Azure Blob Storage: " + e.getMessage());
          }
        });
  }

  @Override
  public Removed delete(String name, Condition condition, String operation) throws IOException {
    return requests.send(
        Call.of(operation, "DELETE", endpoint.blob(name, Optional.empty()), headers(condition)),
        answer -> {
          try (answer) {
            if (answer.status() == 202) {
              return new Removed.Done();
            }
            return answer.status() == 412
                ? new Removed.Conflict()
                : removed(requests.refusal(operation, answer), answer.status());
          }
        });
  }

  private static Removed removed(StoreException refusal, int status) throws StoreException {
    return switch (refusal) {
      case StoreException.Missing missing -> new Removed.Done();
      case StoreException.Unauthorized refused ->
          new Removed.Refused(String.valueOf(refused.getMessage()));
      case StoreException.Rejected kept when status == 409 ->
          new Removed.Refused(String.valueOf(kept.getMessage()));
      default -> throw refusal;
    };
  }

  @Override
  public String toString() {
    return "azblob://" + endpoint.container();
  }

  @Override
  public void close() {
    requests.close();
    closing.run();
  }
}
