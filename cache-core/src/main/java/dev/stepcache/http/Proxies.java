package dev.stepcache.http;

import dev.stepcache.store.StoreException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The proxies that HTTP_PROXY, HTTPS_PROXY and NO_PROXY name, in upper or lower case. This machine
 * itself is never reached through one.
 */
public record Proxies(Optional<ProxySetting> http, Optional<ProxySetting> https, NoProxy except) {
  /** Of an environment that names no proxy. */
  public static final Proxies NONE =
      new Proxies(Optional.empty(), Optional.empty(), new NoProxy(List.of()));

  /** The proxies that {@code HTTPS_PROXY}, {@code HTTP_PROXY} and {@code NO_PROXY} name. */
  public static Proxies of(Map<String, String> environment) {
    return new Proxies(
        proxy(environment, "http_proxy"),
        proxy(environment, "https_proxy"),
        NoProxy.parse(environment.getOrDefault(variable(environment, "no_proxy"), "")));
  }

  /** The spelling that counts. */
  private static String variable(Map<String, String> environment, String name) {
    return environment.getOrDefault(name, "").isEmpty() ? name.toUpperCase(Locale.ROOT) : name;
  }

  private static Optional<ProxySetting> proxy(Map<String, String> environment, String name) {
    String variable = variable(environment, name);
    return ProxySetting.of(variable, environment.getOrDefault(variable, ""));
  }

  /** The same, except that a host is reached directly. */
  public Proxies without(String host) {
    return new Proxies(http, https, except.with(host));
  }

  /**
   * The proxy for a target; empty where it is reached directly.
   *
   * @throws StoreException.Unreachable if the one for it cannot be used
   */
  Optional<ProxySetting.Server> proxyFor(Origin target) throws StoreException.Unreachable {
    if (isLocal(target.host()) || except.matches(target.host(), target.port())) {
      return Optional.empty();
    }
    Optional<ProxySetting> setting = target.secure() ? https : http;
    if (setting.isEmpty()) {
      return Optional.empty();
    }
    return switch (setting.get()) {
      case ProxySetting.Server server -> Optional.of(server);
      case ProxySetting.Unusable unusable ->
          throw new StoreException.Unreachable(
              "reach " + target.host() + ": " + unusable.why(), null);
    };
  }

  /** Those that can be used. */
  Stream<ProxySetting.Server> servers() {
    return Stream.of(http, https)
        .flatMap(Optional::stream)
        .filter(ProxySetting.Server.class::isInstance)
        .map(ProxySetting.Server.class::cast);
  }

  private static boolean isLocal(String host) {
    return host.equals("localhost") || host.startsWith("127.") || host.equals("[::1]");
  }
}
