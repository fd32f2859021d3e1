package dev.stepcache.oauth;

import dev.stepcache.http.Body;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.stream.Collectors;

/** Fields as {@code application/x-www-form-urlencoded}. */
public final class Form {
  private Form() {}

  /** A request's body of fields, in the map's order. */
  public static Body of(Map<String, String> fields) {
    return new Body.Bytes(
        "application/x-www-form-urlencoded", query(fields).getBytes(StandardCharsets.US_ASCII));
  }

  /** The same as a URL's query. */
  public static String query(Map<String, String> fields) {
    return fields.entrySet().stream()
        .map(field -> encoded(field.getKey()) + "=" + encoded(field.getValue()))
        .collect(Collectors.joining("&"));
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }
}
