package dev.stepcache.registry;

import dev.stepcache.registry.wire.Body;
import dev.stepcache.registry.wire.Limits;
import dev.stepcache.registry.wire.Origin;
import dev.stepcache.registry.wire.Request;
import dev.stepcache.registry.wire.Wire;
import dev.stepcache.registry.wire.WireException;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;

/**
 * Where the registry is: always https, except that an insecure one is asked once, without any
 * login, whether it speaks TLS.
 */
final class Endpoint {
  /** The requests that finding out in vain may cost: two, each sent twice by Java. */
  static final int COST = 4;

  private final Wire wire;
  private final String registry;
  private final boolean insecure;
  private final Limits limits;
  private Optional<Origin> known = Optional.empty();

  Endpoint(Wire wire, String registry, boolean insecure, Limits limits) {
    this.wire = wire;
    this.registry =
        registry.equals("docker.io") || registry.equals("index.docker.io")
            ? "registry-1.docker.io"
            : registry;
    this.insecure = insecure;
    this.limits = limits;
  }

  synchronized Origin origin() throws IOException {
    if (known.isEmpty()) {
      Origin secure = Origin.of("https", registry);
      known = Optional.of(insecure ? probe(secure) : secure);
    }
    return known.get();
  }

  synchronized boolean isKnown() {
    return known.isPresent();
  }

  private Origin probe(Origin secure) throws IOException {
    try {
      ask(secure);
      return secure;
    } catch (WireException https) {
      Origin plain = Origin.of("http", registry);
      try {
        ask(plain);
        return plain;
      } catch (WireException http) {
        // The answer to TLS says nothing where nobody speaks http either.
        http.addSuppressed(https);
        throw http;
      }
    }
  }

  private void ask(Origin origin) throws IOException {
    Request request = new Request("GET", origin.resolve("/v2/"), Map.of(), Body.NONE);
    wire.send(request, limits.probe()).close();
  }
}
