package dev.stepcache.azure;

import dev.stepcache.http.Body;
import dev.stepcache.http.Request;
import dev.stepcache.objects.Signer;
import dev.stepcache.oci.Digest;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * The key of a storage account, which signs each request (Azure Storage, Authorize with Shared Key,
 * for the Blob service since 2015-02-21).
 */
final class SharedKey implements Signer {
  private static final DateTimeFormatter DATE =
      DateTimeFormatter.ofPattern("EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.ENGLISH)
          .withZone(ZoneOffset.UTC);

  /** Those that are signed by their values alone, in this order, around the length. */
  private static final List<String> HEADERS =
      List.of(
          "content-encoding",
          "content-language",
          "content-length",
          "content-md5",
          "content-type",
          "date",
          "if-modified-since",
          "if-match",
          "if-none-match",
          "if-unmodified-since",
          "range");

  private final String account;
  private final SecretKeySpec key;
  private final InstantSource clock;

  private SharedKey(String account, SecretKeySpec key, InstantSource clock) {
    this.account = account;
    this.key = key;
    this.clock = clock;
  }

  /**
   * @param key as Azure shows it, in Base64
   * @throws IllegalArgumentException if it is none, without quoting it
   */
  static SharedKey of(String account, String key, InstantSource clock) {
    byte[] bytes;
    try {
      bytes = Base64.getDecoder().decode(key.strip());
    } catch (IllegalArgumentException e) {
      // Its message quotes a character of the key.
      throw new IllegalArgumentException("the key of the storage account is no Base64");
    }
    if (bytes.length == 0) {
      throw new IllegalArgumentException("the key of the storage account is empty");
    }
    return new SharedKey(account, new SecretKeySpec(bytes, "HmacSHA256"), clock);
  }

  @Override
  public Request sign(Request request, Optional<Digest> payload) {
    Request dated = request.with("x-ms-date", DATE.format(clock.instant()));
    Request typed = contentType(dated);
    return typed.with("Authorization", "SharedKey " + account + ":" + signature(typed));
  }

  /** What the wire would add has to be signed. */
  private static Request contentType(Request request) {
    boolean carriesNothing =
        request.body() instanceof Body.None
            && (request.method().equals("GET") || request.method().equals("HEAD"));
    if (carriesNothing || request.headers().containsKey("Content-Type")) {
      return request;
    }
    return request.with(
        "Content-Type",
        request.body() instanceof Body.Bytes bytes
            ? bytes.contentType()
            : "application/octet-stream");
  }

  private String signature(Request request) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(key);
      return Base64.getEncoder()
          .encodeToString(mac.doFinal(toSign(request).getBytes(StandardCharsets.UTF_8)));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("each JDK has HMAC", e);
    }
  }

  /** The text that is signed. */
  String toSign(Request request) {
    Map<String, String> headers = new TreeMap<>();
    request.headers().forEach((name, value) -> headers.put(name.toLowerCase(Locale.ROOT), value));
    headers.put("content-length", length(request.body()));
    StringBuilder text = new StringBuilder(request.method()).append('\n');
    for (String header : HEADERS) {
      text.append(headers.getOrDefault(header, "")).append('\n');
    }
    headers.forEach((name, value) -> {
      if (name.startsWith("x-ms-")) {
        text.append(name).append(':').append(value.strip()).append('\n');
      }
    });
    text.append('/').append(account).append(request.uri().getRawPath());
    query(request)
        .forEach((name, values) ->
            text.append('\n').append(name).append(':').append(String.join(",", values)));
    return text.toString();
  }

  private static String length(Body body) {
    long length =
        switch (body) {
          case Body.None none -> 0;
          case Body.Bytes bytes -> bytes.content().length;
          case Body.Blob blob -> blob.length();
        };
    return length == 0 ? "" : Long.toString(length);
  }

  private static Map<String, List<String>> query(Request request) {
    Map<String, List<String>> query = new TreeMap<>();
    String raw = request.uri().getRawQuery();
    for (String pair : raw == null ? new String[0] : raw.split("&", -1)) {
      int equals = pair.indexOf('=');
      String name = decoded(equals < 0 ? pair : pair.substring(0, equals));
      query
          .computeIfAbsent(name.toLowerCase(Locale.ROOT), _ -> new ArrayList<>())
          .add(equals < 0 ? "" : decoded(pair.substring(equals + 1)));
    }
    query.values().forEach(values -> values.sort(null));
    return query;
  }

  private static String decoded(String text) {
    return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
  }

  @Override
  public boolean refused() {
    return false;
  }

  @Override
  public String account() {
    return "the key of storage account " + account;
  }
}
