package dev.stepcache.gcs;

import dev.stepcache.http.Body;
import dev.stepcache.http.Origin;
import dev.stepcache.http.RedirectPolicy;
import dev.stepcache.http.Response;
import dev.stepcache.objects.BucketRequests;
import dev.stepcache.objects.BucketRequests.Call;
import dev.stepcache.objects.Payload;
import dev.stepcache.objects.PayloadPart;
import dev.stepcache.objects.Written;
import dev.stepcache.store.StoreException;
import java.io.IOException;
import java.net.URI;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Sends a large object in a session of its own, part by part: what a broken connection costs is one
 * part. The session is ended where the object did not come to be; Google forgets one that a kill
 * left after a week, and nobody pays for it.
 *
 * @param part how many bytes are sent at a time: a multiple of 256 KiB
 */
record ResumableUpload(BucketRequests requests, long part) {
  private static final int MORE = 308;
  private static final Pattern STORED = Pattern.compile("bytes=0-(\\d{1,18})");

  /**
   * @param uri where sessions begin, with name and condition
   */
  Written send(URI uri, Payload payload, String operation) throws IOException {
    Optional<URI> session = begin(uri, payload, operation);
    if (session.isEmpty()) {
      return new Written.Conflict();
    }
    Optional<Written> written = Optional.empty();
    try {
      for (long from = 0; written.isEmpty(); ) {
        Step step = next(session.get(), payload, from, operation);
        if (step.written.isEmpty() && step.stored <= from) {
          throw new StoreException.Rejected(
              operation + ": the upload session takes nothing after " + from + " bytes");
        }
        from = step.stored;
        written = step.written;
      }
      return written.get();
    } finally {
      if (written.isEmpty()) {
        end(session.get(), operation);
      }
    }
  }

  private Optional<URI> begin(URI uri, Payload payload, String operation) throws IOException {
    Map<String, String> headers = new TreeMap<>();
    headers.put("X-Upload-Content-Type", payload.contentType());
    headers.put("X-Upload-Content-Length", Long.toString(payload.size()));
    return requests.send(
        Call.of(operation, "POST", uri, headers),
        answer -> {
          try (answer) {
            return switch (answer.status()) {
              case 200, 201 -> Optional.of(session(answer, operation));
              case GoogleAnswers.PRECONDITION_FAILED -> Optional.empty();
              default -> throw GoogleAnswers.notWritten(requests.refusal(operation, answer));
            };
          }
        });
  }

  private static URI session(Response answer, String operation) throws StoreException {
    Optional<URI> session =
        answer
            .header("Location")
            .flatMap(location -> RedirectPolicy.resolve(answer.uri(), location))
            // The account's token goes there.
            .filter(uri -> Origin.of(uri).equals(answer.origin()));
    return session.orElseThrow(
        () -> new StoreException.Rejected(operation + ": an upload session that lies elsewhere"));
  }

  /**
   * What a part brought.
   *
   * @param stored bytes so far
   */
  private record Step(long stored, Optional<Written> written) {}

  private Step next(URI session, Payload payload, long from, String operation) throws IOException {
    long length = Math.min(part, payload.size() - from);
    long to = from + length - 1;
    Call call =
        new Call(
            operation,
            "PUT",
            session,
            Map.of("Content-Range", "bytes " + from + "-" + to + "/" + payload.size()),
            new Body.Blob(length, PayloadPart.of(payload, from, length)),
            Optional.empty());
    return requests.send(
        call,
        answer -> {
          try (answer) {
            return answer.status() == MORE
                ? new Step(stored(answer), Optional.empty())
                : new Step(
                    payload.size(),
                    Optional.of(GoogleAnswers.written(answer, operation, requests)));
          }
        });
  }

  private static long stored(Response answer) {
    Matcher range = STORED.matcher(answer.header("Range").orElse(""));
    return range.matches() ? Long.parseLong(range.group(1)) + 1 : 0;
  }

  private void end(URI session, String operation) {
    try {
      requests.send(
          Call.of(operation, "DELETE", session, Map.of()),
          answer -> {
            answer.close();
            return true;
          });
    } catch (IOException e) {
      // What failed before is what matters.
    }
  }
}
