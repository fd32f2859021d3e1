package dev.stepcache.gcs;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.stepcache.http.Response;
import dev.stepcache.objects.BucketRequests;
import dev.stepcache.objects.Written;
import dev.stepcache.oci.Json;
import dev.stepcache.oci.MalformedDocumentException;
import dev.stepcache.store.StoreException;
import java.io.IOException;

/** What answers of the API say. */
final class GoogleAnswers {
  static final int PRECONDITION_FAILED = 412;

  private static final int LARGEST_PAGE = 8 << 20;

  private GoogleAnswers() {}

  /** What became of an object that was sent. */
  static Written written(Response answer, String operation, BucketRequests requests)
      throws IOException {
    return switch (answer.status()) {
      case 200, 201 -> {
        if (document(answer, operation).path("generation").asText("").isEmpty()) {
          throw new StoreException.Rejected(
              operation + ": what answered is no Google Cloud Storage: it names no generation");
        }
        yield new Written.Done();
      }
      case PRECONDITION_FAILED -> new Written.Conflict();
      default -> throw notWritten(requests.refusal(operation, answer));
    };
  }

  /** There is nothing that could be missing but the bucket. */
  static StoreException notWritten(StoreException refusal) {
    return refusal instanceof StoreException.Missing
        ? new StoreException.Rejected(
            refusal.getMessage() + ": there is no such bucket; create it, or correct the reference")
        : refusal;
  }

  /** A success's document. */
  static ObjectNode document(Response answer, String operation) throws IOException {
    try {
      return Json.object(answer.bytes(LARGEST_PAGE), "object");
    } catch (MalformedDocumentException e) {
      throw new StoreException.Rejected(
          operation + ": what answered is no Google Cloud Storage: " + e.getMessage());
    }
  }
}
