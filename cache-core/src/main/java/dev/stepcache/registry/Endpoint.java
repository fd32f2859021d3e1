package dev.stepcache.registry;

import dev.stepcache.http.Body;
import dev.stepcache.http.Limits;
import dev.stepcache.http.Origin;
import dev.stepcache.http.Request;
import dev.stepcache.http.Response;
import dev.stepcache.http.Wire;
import dev.stepcache.http.WireException;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Where the registry is: always https, except that an insecure one is asked once, without any
 * login, whether it speaks TLS, and plain http if there is no answer to that soon.
 */
final class Endpoint {
  /** The requests that finding out in vain may cost. */
  static final int COST = 2;

  /** What the distribution specification lets a registry say to whoever asks for its version. */
  private static final Set<Integer> REGISTRYS_ANSWERS = Set.of(200, 401);

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
    Origin plain = Origin.of("http", registry);
    return switch (wire.probe(secure, limits.hello())) {
      case TLS -> secure;
      // Another port may be somebody else's.
      case HTTP -> secure.port() == plain.port() ? plain : tried(secure, plain);
      case UNCLEAR -> tried(secure, plain);
      case SILENCE -> plain(secure, plain, WireException.broken("nobody speaks TLS"), true);
    };
  }

  private Origin tried(Origin secure, Origin plain) throws IOException {
    try {
      ask(secure, limits.hello());
      return secure;
    } catch (WireException e) {
      return plain(secure, plain, e, e.wasSilence());
    }
  }

  /**
   * @param https how TLS failed
   * @param silent whether by silence, so that it may only be slow
   */
  private Origin plain(Origin secure, Origin plain, WireException https, boolean silent)
      throws IOException {
    int status;
    try {
      status = ask(plain, limits.probe());
    } catch (WireException http) {
      if (silent && answers(secure)) {
        return secure;
      }
      // The answer to TLS says nothing where nobody speaks http either.
      http.addSuppressed(https);
      throw http;
    }
    // A server that is slow with TLS speaks http as well, if only to say that it wants TLS.
    boolean unsure = silent && !REGISTRYS_ANSWERS.contains(status);
    return unsure && answers(secure) ? secure : plain;
  }

  private boolean answers(Origin origin) throws IOException {
    try {
      ask(origin, limits.probe());
      return true;
    } catch (WireException e) {
      return false;
    }
  }

  private int ask(Origin origin, Duration patience) throws IOException {
    Request request = new Request("GET", origin.resolve("/v2/"), Map.of(), Body.NONE);
    try (Response response = wire.send(request, patience)) {
      return response.status();
    }
  }
}
