package dev.stepcache.registry.auth;

import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * One way to log in that a server names in WWW-Authenticate (RFC 9110, 11.6.1): a scheme in lower
 * case and its parameters, their names in lower case.
 */
record Challenge(String scheme, Map<String, String> parameters) {
  Challenge {
    scheme = scheme.toLowerCase(Locale.ROOT);
    parameters = Map.copyOf(parameters);
  }

  Optional<String> parameter(String name) {
    return Optional.ofNullable(parameters.get(name)).filter(value -> !value.isEmpty());
  }
}
