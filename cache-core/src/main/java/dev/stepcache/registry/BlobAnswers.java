package dev.stepcache.registry;

import dev.stepcache.http.PageForPeople;
import dev.stepcache.http.Response;
import dev.stepcache.retry.Attempts;
import dev.stepcache.retry.ResumedStream;
import dev.stepcache.store.StoreException;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/**
 * A registry's answers to whoever reads a blob (distribution specification, pulling blobs).
 *
 * @param path of the blob
 * @param size of the blob in bytes
 * @param operation for people: "{verb} {reference}"
 */
record BlobAnswers(Requests requests, String path, long size, String operation)
    implements ResumedStream.Source {
  /** The blob, which goes on where a connection breaks. */
  InputStream stream() throws IOException {
    return new ResumedStream(this, size, operation);
  }

  @Override
  public Attempts attempts() {
    return requests.attempts(operation);
  }

  @Override
  public Optional<Response> ask(Map<String, String> headers, Attempts attempts) throws IOException {
    Call call = Call.pull(operation, "GET", path, headers).busyOn(Call.BUSY_BUT_500);
    return requests.attempt(call, this::answer, attempts);
  }

  /** What is of another length than the blob would be taken for a broken one. */
  private Response answer(Response response) throws StoreException {
    if (response.status() == 200
        && PageForPeople.isType(response)
        && response.contentLength().filter(length -> length == size).isEmpty()) {
      response.cut();
      throw Refusal.page(operation, response);
    }
    return response;
  }

  /** A 500 may be OpenShift's word on a file that its storage lost. */
  @Override
  public StoreException refusal(Response answer) throws IOException {
    return switch (answer.status()) {
      case 404, 410 -> missing(answer);
      case 500 -> {
        byte[] body = Refusal.body(answer);
        if (Refusal.isLost(body)) {
          yield missing(answer);
        }
        throw new ResumedStream.Again(requests.refusalWith(operation, answer, body));
      }
      default -> requests.refusal(operation, answer);
    };
  }

  private StoreException missing(Response answer) {
    return new StoreException.Missing(
        operation
            + ": the blob is not there ("
            + answer.status()
            + "), though a manifest names it");
  }

  @Override
  public Duration spent(long start) {
    return requests.spent(start);
  }
}
