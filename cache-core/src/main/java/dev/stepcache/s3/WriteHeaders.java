package dev.stepcache.s3;

import dev.stepcache.objects.Condition;
import dev.stepcache.objects.Payload;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What each write says of how S3 is to keep it.
 *
 * @param encryption at rest, and the key for it
 * @param checksums whether S3 keeps a checksum beside the object
 */
record WriteHeaders(Optional<String> encryption, Optional<String> key, boolean checksums) {
  /** Of an object that is sent in one piece. */
  Map<String, String> of(Payload payload) {
    Map<String, String> headers = ofParts(payload);
    if (checksums) {
      headers.put(
          "x-amz-checksum-sha256", Base64.getEncoder().encodeToString(payload.digest().bytes()));
    }
    return headers;
  }

  /** Of an object that is sent in parts, when it is begun. */
  Map<String, String> ofParts(Payload payload) {
    Map<String, String> headers = new TreeMap<>();
    headers.put("Content-Type", payload.contentType());
    // A key alone means KMS, as for Go's library.
    Optional<String> type = encryption.or(() -> key.map(any -> "aws:kms"));
    type.ifPresent(text -> headers.put("x-amz-server-side-encryption", text));
    key.ifPresent(text -> headers.put("x-amz-server-side-encryption-aws-kms-key-id", text));
    return headers;
  }

  /** Those that make a request one with a condition. */
  static Map<String, String> ofCondition(Condition condition) {
    return switch (condition) {
      case Condition.None none -> Map.of();
      case Condition.Absent absent -> Map.of("If-None-Match", "*");
      case Condition.Unchanged same -> Map.of("If-Match", same.version());
    };
  }
}
