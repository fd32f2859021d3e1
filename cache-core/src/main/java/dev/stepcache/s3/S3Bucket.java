package dev.stepcache.s3;

import dev.stepcache.http.Body;
import dev.stepcache.http.Response;
import dev.stepcache.http.WireException;
import dev.stepcache.objects.Bucket;
import dev.stepcache.objects.BucketRequests.Call;
import dev.stepcache.objects.Condition;
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
import java.time.DateTimeException;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * A bucket of S3 (Amazon S3 API Reference). Conditions are sent as If-None-Match and If-Match; of a
 * server that says that it has none, or of a deletion, what they ask for is looked at right before.
 * Large objects are sent in parts.
 */
final class S3Bucket implements Bucket {
  private static final int NO_SUCH = 404;
  private static final int NOT_SO = 412;
  private static final int UNKNOWN_HEADER = 501;

  private final String name;
  private final S3Requests requests;
  private final WriteHeaders headers;
  private final PartedUploads uploads;
  private final Runnable ending;

  /** Whether an answer has told that the bucket exists: one to HEAD does not tell. */
  private volatile boolean exists;

  /**
   * @param name of the bucket
   * @param ending ends what else is open for it
   */
  S3Bucket(
      String name,
      S3Requests requests,
      WriteHeaders headers,
      PartedUploads uploads,
      Runnable ending) {
    this.name = name;
    this.requests = requests;
    this.headers = headers;
    this.uploads = uploads;
    this.ending = ending;
  }

  @Override
  public Optional<ObjectState> head(String object, String operation) throws IOException {
    Optional<ObjectState> state =
        requests.send(
            address -> Call.of(operation, "HEAD", address.object(object, Map.of()), Map.of()),
            response -> {
              try (response) {
                return switch (response.status()) {
                  case 200 -> Optional.of(state(object, operation, response));
                  case NO_SUCH -> Optional.empty();
                  default -> throw requests.refusal(operation, response);
                };
              }
            });
    if (state.isPresent()) {
      exists = true;
    } else if (!exists) {
      demandBucket(operation);
    }
    return state;
  }

  private ObjectState state(String object, String operation, Response response) throws IOException {
    String version = requests.version(operation, response);
    long size =
        response
            .contentLength()
            .orElseThrow(() -> WireException.broken("an answer without the object's length"));
    return new ObjectState(object, size, version, modified(response));
  }

  private static Instant modified(Response response) {
    try {
      return response
          .header("Last-Modified")
          .map(date -> Instant.from(DateTimeFormatter.RFC_1123_DATE_TIME.parse(date.strip())))
          .orElse(Instant.EPOCH);
    } catch (DateTimeException e) {
      return Instant.EPOCH;
    }
  }

  /** Who may not look at the bucket is not kept from its objects. */
  private void demandBucket(String operation) throws IOException {
    boolean missing =
        requests.send(
            address -> Call.of(operation, "HEAD", address.bucket(Map.of()), Map.of()),
            response -> {
              try (response) {
                if (response.status() >= 300 && response.status() != NO_SUCH) {
                  StoreException refusal = requests.refusal(operation, response);
                  if (!(refusal instanceof StoreException.Unauthorized)) {
                    throw refusal;
                  }
                }
                return response.status() == NO_SUCH;
              }
            });
    if (missing) {
      throw new StoreException.Rejected(
          operation
              + ": there is no bucket "
              + this
              + ": create it, or correct its name, endpoint or region");
    }
    exists = true;
  }

  @Override
  public Optional<ObjectContent> read(String object, int most, String operation)
      throws IOException {
    try {
      ObjectContent content =
          requests.send(
              address -> Call.of(operation, "GET", address.object(object, Map.of()), Map.of()),
              response -> {
                try (response) {
                  if (response.status() != 200) {
                    throw requests.refusal(operation, response);
                  }
                  return content(response, most, operation);
                }
              });
      exists = true;
      return Optional.of(content);
    } catch (StoreException.Missing e) {
      exists = true;
      return Optional.empty();
    }
  }

  private ObjectContent content(Response response, int most, String operation) throws IOException {
    String version = requests.version(operation, response);
    byte[] bytes = response.bytes(most + 1);
    if (bytes.length > most) {
      throw new StoreException.Rejected(
          operation + ": the object is larger than " + most + " bytes: it is someone else's");
    }
    Optional<Long> length = response.contentLength();
    if (length.isPresent() && length.get() > bytes.length) {
      throw WireException.endedEarly();
    }
    return new ObjectContent(bytes, version);
  }

  @Override
  public Optional<InputStream> open(String object, long size, String operation) throws IOException {
    Optional<InputStream> opened =
        requests.open(
            address -> Call.of(operation, "GET", address.object(object, Map.of()), Map.of()), size);
    exists = true;
    return opened;
  }

  @Override
  public boolean readsOnce(long size) {
    return !uploads.areFor(size);
  }

  @Override
  public Written put(String object, Payload payload, Condition condition, String operation)
      throws IOException {
    if (uploads.areFor(payload.size())) {
      return uploads.put(object, payload, condition, operation);
    }
    int status = putOnce(object, payload, WriteHeaders.ofCondition(condition), operation);
    if (status != UNKNOWN_HEADER) {
      return status == NOT_SO ? new Written.Conflict() : new Written.Done();
    }
    if (!holds(object, condition, operation)) {
      return new Written.Conflict();
    }
    putOnce(object, payload, Map.of(), operation);
    return new Written.Done();
  }

  /** Whether a condition holds at this moment. */
  private boolean holds(String object, Condition condition, String operation) throws IOException {
    return switch (condition) {
      case Condition.None none -> true;
      case Condition.Absent absent -> head(object, operation).isEmpty();
      case Condition.Unchanged same ->
          head(object, operation).map(ObjectState::version).equals(Optional.of(same.version()));
    };
  }

  /** 200, 412, or 501 where the condition is what the server does not know. */
  private int putOnce(
      String object, Payload payload, Map<String, String> conditions, String operation)
      throws IOException {
    Map<String, String> sent = new TreeMap<>(headers.of(payload));
    sent.putAll(conditions);
    return requests.send(
        address ->
            Call.of(operation, "PUT", address.object(object, Map.of()), sent)
                .with(
                    new Body.Blob(payload.size(), PayloadPart.all(payload)),
                    Optional.of(payload.digest())),
        response -> {
          try (response) {
            int status = response.status();
            if (status == 200) {
              requests.version(operation, response);
              exists = true;
              return status;
            }
            if (status == NOT_SO || (status == UNKNOWN_HEADER && !conditions.isEmpty())) {
              return status;
            }
            StoreException refusal = requests.refusal(operation, response);
            if (refusal instanceof StoreException.Missing && conditions.containsKey("If-Match")) {
              return NOT_SO;
            }
            throw refusal;
          }
        });
  }

  @Override
  public ListedObjects list(String prefix, Optional<String> after, String operation)
      throws IOException {
    Map<String, String> query = new TreeMap<>();
    query.put("list-type", "2");
    query.put("prefix", prefix);
    // Names may have characters that XML has not.
    query.put("encoding-type", "url");
    after.ifPresent(token -> query.put("continuation-token", token));
    return requests.send(
        address -> Call.of(operation, "GET", address.bucket(query), Map.of()),
        response -> {
          try (response) {
            if (response.status() != 200) {
              throw requests.refusal(operation, response);
            }
            return S3Listing.read(response, operation);
          }
        });
  }

  @Override
  public Removed delete(String object, Condition condition, String operation) throws IOException {
    Map<String, String> conditions = Map.of();
    if (!(condition instanceof Condition.None)) {
      // Older servers delete without a look at any condition.
      Optional<ObjectState> state = head(object, operation);
      if (state.isEmpty()) {
        return new Removed.Done();
      }
      if (!(condition instanceof Condition.Unchanged same)
          || !same.version().equals(state.get().version())) {
        return new Removed.Conflict();
      }
      conditions = WriteHeaders.ofCondition(condition);
    }
    Optional<Removed> removed = deleteOnce(object, conditions, operation);
    return removed.isPresent()
        ? removed.get()
        : deleteOnce(object, Map.of(), operation)
            .orElseGet(() -> new Removed.Refused(operation + ": the object store does not delete"));
  }

  /** Empty where the server does not know the condition. */
  private Optional<Removed> deleteOnce(
      String object, Map<String, String> conditions, String operation) throws IOException {
    return requests.send(
        address -> Call.of(operation, "DELETE", address.object(object, Map.of()), conditions),
        response -> {
          try (response) {
            int status = response.status();
            if (status == 200 || status == 204) {
              return Optional.of(new Removed.Done());
            }
            if (status == NOT_SO) {
              return Optional.of(new Removed.Conflict());
            }
            if (status == UNKNOWN_HEADER) {
              return Optional.empty();
            }
            StoreException refusal = requests.refusal(operation, response);
            if (refusal instanceof StoreException.Missing) {
              return Optional.of(new Removed.Done());
            }
            if (status == 403 || status == 405) {
              return Optional.of(new Removed.Refused(String.valueOf(refusal.getMessage())));
            }
            throw refusal;
          }
        });
  }

  @Override
  public String toString() {
    return "s3://" + name;
  }

  @Override
  public void close() {
    requests.close();
    uploads.close();
    ending.run();
  }
}
