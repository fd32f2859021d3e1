package dev.stepcache.azure;

import dev.stepcache.http.Response;
import dev.stepcache.objects.BucketRequests;
import dev.stepcache.objects.Written;
import dev.stepcache.store.StoreException;
import java.io.IOException;
import java.util.Set;

/** What answers of the API say. */
final class AzureAnswers {
  private AzureAnswers() {}

  /** The version of the blob that an answer is about. */
  static String versionOf(Response answer, String operation) throws StoreException {
    String version = version(answer.header("ETag").orElse(""));
    if (version.isEmpty() || answer.header("x-ms-request-id").isEmpty()) {
      throw new StoreException.Rejected(
          operation + ": what answered is no Azure Blob Storage: it names no ETag and no request");
    }
    return version;
  }

  /** An ETag as a version: lists have it without quotes. */
  static String version(String etag) {
    return etag.replace("\"", "");
  }

  /** What became of a blob that was sent. */
  static Written written(Response answer, String operation, BucketRequests requests)
      throws IOException {
    if (answer.status() == 201) {
      versionOf(answer, operation);
      return new Written.Done();
    }
    return isConflict(answer) ? new Written.Conflict() : refused(answer, operation, requests);
  }

  private static Written refused(Response answer, String operation, BucketRequests requests)
      throws IOException {
    throw notWritten(requests.refusal(operation, answer));
  }

  /** There is nothing that could be missing but the container. */
  static StoreException notWritten(StoreException refusal) {
    return refusal instanceof StoreException.Missing
        ? new StoreException.Rejected(
            refusal.getMessage()
                + ": there is no such container; create it, or correct the reference")
        : refusal;
  }

  private static boolean isConflict(Response answer) {
    String code = AzureRefusals.code(answer);
    return answer.status() == 412
        || Set.of("BlobAlreadyExists", "ConditionNotMet").contains(code)
        || (answer.status() == 404 && code.equals("BlobNotFound"));
  }
}
