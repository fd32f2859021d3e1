package dev.stepcache.s3.auth;

import dev.stepcache.http.Request;
import dev.stepcache.oci.Digest;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Signature Version 4 of Amazon Web Services, in headers. Signed are the method, the path and query
 * as they are sent, the host, the type, all {@code x-amz-} headers and the payload's digest.
 *
 * @param service {@code s3} or {@code sts}
 */
public record RequestSignature(AwsCredentials credentials, String region, String service) {
  /** The header that names the payload's SHA-256; S3 demands it. */
  public static final String PAYLOAD = "x-amz-content-sha256";

  private static final String ALGORITHM = "AWS4-HMAC-SHA256";
  private static final String LAST = "aws4_request";
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'", Locale.ROOT).withZone(ZoneOffset.UTC);

  /**
   * The request with its signature.
   *
   * @param payload the SHA-256 of the body, in hex
   * @param now which may be a few minutes off
   */
  public Request sign(Request request, String payload, Instant now) {
    String time = TIME.format(now);
    Request dated = request.with("x-amz-date", time);
    if (credentials.token().isPresent()) {
      dated = dated.with("x-amz-security-token", credentials.token().get());
    }
    Map<String, String> headers = signed(dated);
    String names = String.join(";", headers.keySet());
    String scope = time.substring(0, 8) + "/" + region + "/" + service + "/" + LAST;
    String canonical = canonical(dated, headers, names, payload);
    String toSign = String.join("\n", ALGORITHM, time, scope, hash(canonical));
    String signature = HexFormat.of().formatHex(hmac(key(time.substring(0, 8)), toSign));
    return dated.with(
        "Authorization",
        ALGORITHM
            + " Credential="
            + credentials.accessKey()
            + "/"
            + scope
            + ", SignedHeaders="
            + names
            + ", Signature="
            + signature);
  }

  private static String canonical(
      Request request, Map<String, String> headers, String names, String payload) {
    URI uri = request.uri();
    String lines =
        headers.entrySet().stream()
            .map(header -> header.getKey() + ":" + header.getValue() + "\n")
            .collect(Collectors.joining());
    return String.join(
        "\n",
        request.method(),
        uri.getRawPath().isEmpty() ? "/" : uri.getRawPath(),
        uri.getRawQuery() == null ? "" : uri.getRawQuery(),
        lines,
        names,
        payload);
  }

  /** Proxies may change others on the way. */
  private static Map<String, String> signed(Request request) {
    Map<String, String> signed = new TreeMap<>();
    request
        .headers()
        .forEach((name, value) -> {
          String lower = name.toLowerCase(Locale.ROOT);
          if (lower.startsWith("x-amz-") || lower.equals("content-type")) {
            signed.put(lower, value.strip().replaceAll(" +", " "));
          }
        });
    signed.put("host", request.uri().getRawAuthority());
    return signed;
  }

  private byte[] key(String day) {
    byte[] key = ("AWS4" + credentials.secret()).getBytes(StandardCharsets.UTF_8);
    for (String part : new String[] {day, region, service, LAST}) {
      key = hmac(key, part);
    }
    return key;
  }

  private static byte[] hmac(byte[] key, String text) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(key, "HmacSHA256"));
      return mac.doFinal(text.getBytes(StandardCharsets.UTF_8));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java has HmacSHA256", e);
    }
  }

  private static String hash(String text) {
    return Digest.of(text.getBytes(StandardCharsets.UTF_8)).hex();
  }
}
