package dev.stepcache.s3;

import dev.stepcache.http.Body;
import dev.stepcache.http.Response;
import dev.stepcache.objects.BucketRequests.Call;
import dev.stepcache.objects.Condition;
import dev.stepcache.objects.Payload;
import dev.stepcache.objects.Written;
import dev.stepcache.oci.BrokenContentException;
import dev.stepcache.oci.Digest;
import dev.stepcache.oci.MalformedDocumentException;
import dev.stepcache.s3.auth.XmlElement;
import dev.stepcache.store.StoreException;
import dev.stepcache.text.Printable;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Supplier;

/**
 * Objects that are sent in parts, so that a connection that breaks costs a part alone: one after
 * the other, since the layers of a save are sent side by side. All is read twice, a part at a time,
 * for the part's digest first. What is not completed is aborted: parts cost money, and no list
 * shows them.
 */
final class PartedUploads implements Closeable {
  private static final int NO_SUCH = 404;
  private static final int NOT_SO = 412;
  private static final int UNKNOWN_HEADER = 501;
  private static final int LARGEST = 1 << 16;
  private static final int BUFFER = 1 << 16;

  /** S3 takes at most 10,000 parts. */
  private static final int MOST_PARTS = 9_000;

  private final S3Requests requests;
  private final Supplier<S3Requests> last;
  private final WriteHeaders headers;
  private final long partSize;

  private final Set<Begun> open = new HashSet<>();
  private boolean closed;

  /**
   * @param last requests that still go out when all others have ended
   * @param partSize in bytes, of which objects of two and more are sent in parts
   */
  PartedUploads(
      S3Requests requests, Supplier<S3Requests> last, WriteHeaders headers, long partSize) {
    this.requests = requests;
    this.last = last;
    this.headers = headers;
    this.partSize = partSize;
  }

  private record Begun(String object, String id, String operation) {
    Map<String, String> query() {
      return Map.of("uploadId", id);
    }
  }

  /** Whether an object of that size is to be sent so. */
  boolean areFor(long size) {
    return size >= 2 * partSize;
  }

  Written put(String object, Payload payload, Condition condition, String operation)
      throws IOException {
    Begun upload = begin(object, payload, operation);
    boolean done = false;
    try {
      List<String> tags = sendParts(upload, payload);
      boolean written = complete(upload, tags, condition, payload.size());
      done = written;
      return written ? new Written.Done() : new Written.Conflict();
    } finally {
      if (!done) {
        abort(upload);
      }
      forget(upload);
    }
  }

  private Begun begin(String object, Payload payload, String operation) throws IOException {
    String id =
        requests.send(
            address ->
                Call.of(
                    operation,
                    "POST",
                    address.object(object, Map.of("uploads", "")),
                    headers.ofParts(payload)),
            response -> {
              try (response) {
                return id(response, operation);
              }
            });
    Begun upload = new Begun(object, id, operation);
    synchronized (this) {
      open.add(upload);
    }
    return upload;
  }

  private String id(Response response, String operation) throws IOException {
    if (response.status() != 200) {
      throw requests.refusal(operation, response);
    }
    XmlElement answer = xml(response, operation);
    String id = answer.text("UploadId");
    if (id.isEmpty()) {
      throw notS3(operation);
    }
    return id;
  }

  private static XmlElement xml(Response response, String operation) throws IOException {
    try {
      return XmlElement.parse(response.bytes(LARGEST));
    } catch (MalformedDocumentException e) {
      throw notS3(operation);
    }
  }

  private static StoreException notS3(String operation) {
    return new StoreException.Rejected(
        operation + ": what answered is no S3: correct endpoint in BLOB_QUERY_PARAMS");
  }

  /** Their ETags, in their order. */
  private List<String> sendParts(Begun upload, Payload payload) throws IOException {
    MessageDigest whole = Digest.sha256();
    long size = Math.max(partSize, Math.ceilDiv(payload.size(), MOST_PARTS));
    List<String> tags = new ArrayList<>();
    try (PartReader ahead = new PartReader(payload.source());
        PartReader sent = new PartReader(payload.source())) {
      for (long from = 0; from < payload.size(); from += size) {
        long length = Math.min(size, payload.size() - from);
        Digest digest = digest(ahead, from, length, whole);
        long at = from;
        Body.Blob body = new Body.Blob(length, () -> sent.open(at, length));
        tags.add(sendPart(upload, body, digest, tags.size() + 1));
      }
      if (!ahead.isAtEnd() || !Digest.of(whole).equals(payload.digest())) {
        throw new BrokenContentException(
            upload.operation() + ": the bytes to send changed meanwhile");
      }
    }
    return tags;
  }

  private static Digest digest(PartReader ahead, long from, long length, MessageDigest whole)
      throws IOException {
    MessageDigest own = Digest.sha256();
    byte[] buffer = new byte[BUFFER];
    long left = length;
    try (InputStream in = ahead.open(from, length)) {
      for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
        own.update(buffer, 0, read);
        whole.update(buffer, 0, read);
        left -= read;
      }
    }
    if (left > 0) {
      throw new BrokenContentException("a blob ended " + left + " bytes before the end of a part");
    }
    return Digest.of(own);
  }

  private String sendPart(Begun upload, Body.Blob part, Digest digest, int number)
      throws IOException {
    Map<String, String> query = new TreeMap<>(upload.query());
    query.put("partNumber", Integer.toString(number));
    return requests.send(
        address ->
            Call.of(upload.operation(), "PUT", address.object(upload.object(), query), Map.of())
                .with(part, Optional.of(digest)),
        response -> {
          try (response) {
            if (response.status() != 200) {
              throw requests.refusal(upload.operation(), response);
            }
            return requests.version(upload.operation(), response);
          }
        });
  }

  /** Whether the condition held. */
  private boolean complete(Begun upload, List<String> tags, Condition condition, long size)
      throws IOException {
    Map<String, String> conditions = WriteHeaders.ofCondition(condition);
    int status = tryToComplete(upload, tags, conditions);
    if (status == UNKNOWN_HEADER) {
      // Whoever asks reads back what it must be sure of.
      status = tryToComplete(upload, tags, Map.of());
    }
    if (status == NO_SUCH) {
      return isThere(upload, size);
    }
    return status == 200;
  }

  /** Where the answer to a first request got lost, the second one finds no upload any more. */
  private boolean isThere(Begun upload, long size) throws IOException {
    return requests.send(
        address ->
            Call.of(
                upload.operation(), "HEAD", address.object(upload.object(), Map.of()), Map.of()),
        response -> {
          try (response) {
            if (response.status() == 200 && response.contentLength().equals(Optional.of(size))) {
              return true;
            }
            throw new StoreException.Rejected(
                upload.operation()
                    + ": the object store lost the parts that it was sent: a lifecycle rule aborts"
                    + " uploads too soon, or someone aborted this one");
          }
        });
  }

  private int tryToComplete(Begun upload, List<String> tags, Map<String, String> conditions)
      throws IOException {
    StringBuilder list = new StringBuilder("<CompleteMultipartUpload>");
    for (int number = 1; number <= tags.size(); number++) {
      list.append("<Part><PartNumber>")
          .append(number)
          .append("</PartNumber><ETag>")
          .append(escaped(tags.get(number - 1)))
          .append("</ETag></Part>");
    }
    list.append("</CompleteMultipartUpload>");
    byte[] body = list.toString().getBytes(StandardCharsets.UTF_8);
    return requests.send(
        address ->
            Call.of(
                    upload.operation(),
                    "POST",
                    address.object(upload.object(), upload.query()),
                    conditions)
                .with(new Body.Bytes("application/xml", body), Optional.of(Digest.of(body))),
        response -> {
          try (response) {
            return completed(upload, response, !conditions.isEmpty());
          }
        });
  }

  private int completed(Begun upload, Response response, boolean conditional) throws IOException {
    int status = response.status();
    if (status == NOT_SO || (status == UNKNOWN_HEADER && conditional)) {
      return status;
    }
    if (status == NO_SUCH) {
      return status;
    }
    if (status != 200) {
      throw requests.refusal(upload.operation(), response);
    }
    // It answers 200 before it knows how it ends.
    XmlElement answer = xml(response, upload.operation());
    // The name of the root differs between servers, but an error's does not.
    if (answer.name().equals("Error") || answer.text("ETag").isEmpty()) {
      throw new StoreException.Rejected(
          upload.operation()
              + ": the object store did not put the parts together: "
              + Printable.of(answer.text("Code") + " " + answer.text("Message")));
    }
    return status;
  }

  private static String escaped(String tag) {
    return tag.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
  }

  /** As well as that goes: what is left is swept by a lifecycle rule. */
  private void abort(Begun upload) {
    boolean now;
    synchronized (this) {
      now = closed;
    }
    if (!now) {
      abortBy(requests, upload);
    }
  }

  private static void abortBy(S3Requests by, Begun upload) {
    try {
      by.send(
          address ->
              Call.of(
                  upload.operation(),
                  "DELETE",
                  address.object(upload.object(), upload.query()),
                  Map.of()),
          response -> {
            response.close();
            return response.status();
          });
    } catch (IOException e) {
      // What ended the upload says why.
    }
  }

  private synchronized void forget(Begun upload) {
    if (!closed) {
      open.remove(upload);
    }
  }

  /** Aborts those that are under way; the bucket's own requests have ended. */
  @Override
  public void close() {
    List<Begun> left;
    synchronized (this) {
      left = closed ? List.of() : List.copyOf(open);
      closed = true;
    }
    if (left.isEmpty()) {
      return;
    }
    try (S3Requests others = last.get()) {
      left.forEach(upload -> abortBy(others, upload));
    }
  }
}
