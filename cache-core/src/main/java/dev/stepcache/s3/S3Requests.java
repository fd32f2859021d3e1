package dev.stepcache.s3;

import dev.stepcache.http.Response;
import dev.stepcache.objects.BucketRequests;
import dev.stepcache.objects.BucketRequests.Call;
import dev.stepcache.retry.Exchanges;
import dev.stepcache.store.StoreException;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;
import java.util.function.Function;

/**
 * Requests to a bucket wherever it lies: one that is refused for a region or a token that was
 * corrected by that is sent once more.
 */
final class S3Requests implements Closeable {
  private final BucketRequests requests;
  private final S3Access access;

  S3Requests(BucketRequests requests, S3Access access) {
    this.requests = requests;
    this.access = access;
  }

  private interface Once<T> {
    T ask(Call call) throws IOException;
  }

  <T> T send(Function<S3Address, Call> call, Exchanges.Answer<T> answer) throws IOException {
    return corrected(call, once -> requests.send(once, answer));
  }

  Optional<InputStream> open(Function<S3Address, Call> get, long size) throws IOException {
    return corrected(get, once -> requests.open(once, size));
  }

  private <T> T corrected(Function<S3Address, Call> call, Once<T> once) throws IOException {
    int before = access.changes();
    try {
      return once.ask(call.apply(access.address()));
    } catch (StoreException e) {
      if (access.changes() == before) {
        throw e;
      }
    }
    return once.ask(call.apply(access.address()));
  }

  /** What an answer means that is no success; for whoever reads the answer. */
  StoreException refusal(String operation, Response response) throws IOException {
    return requests.refusal(operation, response);
  }

  /** Whether an answer is S3's own success: a page for people has no ETag. */
  String version(String operation, Response response) throws StoreException {
    return response
        .header("ETag")
        .filter(tag -> !tag.isBlank())
        .orElseThrow(() ->
            new StoreException.Rejected(
                operation
                    + ": the object store answered "
                    + response.status()
                    + " without an ETag, as S3 never does: correct endpoint in"
                    + " BLOB_QUERY_PARAMS"));
  }

  @Override
  public void close() {
    requests.close();
  }
}
