package dev.stepcache.oauth;

import dev.stepcache.registry.FaultModes.Place;
import dev.stepcache.retry.Exchanges;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * A way to get a token or keys, whose requests a test makes go wrong.
 *
 * @param requests it sends, in their order
 */
public record FaultyLogin(String name, List<Place> requests, Asking asking) {
  /** Asks for a token or keys. */
  @FunctionalInterface
  public interface Asking {
    /**
     * What was given.
     *
     * @param server the URL of a {@link LoginStandIn}, without a path
     * @param folder for files
     */
    String ask(String server, Exchanges exchanges, Path folder) throws IOException;
  }

  @Override
  public String toString() {
    return name;
  }
}
