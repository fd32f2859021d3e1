package dev.stepcache.http;

import java.net.URI;
import java.util.Map;
import java.util.TreeMap;

/** One HTTP request. The value of Authorization is never shown. */
public record Request(String method, URI uri, Map<String, String> headers, Body body) {
  public Request {
    headers = Map.copyOf(headers);
  }

  boolean isSecure() {
    return Origin.of(uri).secure();
  }

  /** The same request, to another address. */
  public Request to(URI other) {
    return new Request(method, other, headers, body);
  }

  /** The same request, with one more header. */
  public Request with(String header, String value) {
    Map<String, String> more = new TreeMap<>(headers);
    more.put(header, value);
    return new Request(method, uri, more, body);
  }

  @Override
  public String toString() {
    return method + " " + RedirectPolicy.shown(uri);
  }
}
