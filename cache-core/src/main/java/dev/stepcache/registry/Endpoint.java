package dev.stepcache.registry;

import dev.stepcache.http.Body;
import dev.stepcache.http.Limits;
import dev.stepcache.http.Origin;
import dev.stepcache.http.Request;
import dev.stepcache.http.Response;
import dev.stepcache.http.WireException;
import dev.stepcache.retry.Attempts;
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
  /** What the distribution specification lets a registry say to whoever asks for its version. */
  private static final Set<Integer> REGISTRYS_ANSWERS = Set.of(200, 401);

  private final String registry;
  private final boolean insecure;
  private final Limits limits;
  private Optional<Origin> known = Optional.empty();

  Endpoint(String registry, boolean insecure, Limits limits) {
    this.registry =
        registry.equals("docker.io") || registry.equals("index.docker.io")
            ? "registry-1.docker.io"
            : registry;
    this.insecure = insecure;
    this.limits = limits;
  }

  /**
   * @param attempts whose requests find out, where that is not known yet
   */
  synchronized Origin origin(Attempts attempts) throws IOException {
    if (known.isEmpty()) {
      Origin secure = Origin.of("https", registry);
      known = Optional.of(insecure ? probe(secure, attempts) : secure);
    }
    return known.get();
  }

  /** The same once an answer came from there. */
  synchronized Origin knownOrigin() {
    return known.orElseThrow(() -> new IllegalStateException("nobody has asked yet"));
  }

  private Origin probe(Origin secure, Attempts attempts) throws IOException {
    Origin plain = Origin.of("http", registry);
    return switch (attempts.probe(secure, limits.hello())) {
      case TLS -> secure;
      // Another port may be somebody else's.
      case HTTP -> secure.port() == plain.port() ? plain : tried(secure, plain, attempts);
      case UNCLEAR -> tried(secure, plain, attempts);
      case SILENCE ->
          plain(secure, plain, attempts, WireException.broken("nobody speaks TLS"), true);
    };
  }

  private Origin tried(Origin secure, Origin plain, Attempts attempts) throws IOException {
    try {
      ask(secure, attempts, limits.hello());
      return secure;
    } catch (WireException e) {
      return plain(secure, plain, attempts, e, e.wasSilence());
    }
  }

  /**
   * @param https how TLS failed
   * @param silent whether by silence, so that it may only be slow
   */
  private Origin plain(
      Origin secure, Origin plain, Attempts attempts, WireException https, boolean silent)
      throws IOException {
    int status;
    try {
      status = ask(plain, attempts, limits.probe());
    } catch (WireException http) {
      if (silent && answers(secure, attempts)) {
        return secure;
      }
      // The answer to TLS says nothing where nobody speaks http either.
      http.addSuppressed(https);
      throw http;
    }
    // A server that is slow with TLS speaks http as well, if only to say that it wants TLS.
    boolean unsure = silent && !REGISTRYS_ANSWERS.contains(status);
    return unsure && answers(secure, attempts) ? secure : plain;
  }

  private boolean answers(Origin origin, Attempts attempts) throws IOException {
    try {
      ask(origin, attempts, limits.probe());
      return true;
    } catch (WireException e) {
      return false;
    }
  }

  private int ask(Origin origin, Attempts attempts, Duration patience) throws IOException {
    Request request = new Request("GET", origin.resolve("/v2/"), Map.of(), Body.NONE);
    try (Response response = attempts.send(request, patience)) {
      return response.status();
    }
  }
}
