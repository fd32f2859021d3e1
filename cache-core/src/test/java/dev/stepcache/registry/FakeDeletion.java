package dev.stepcache.registry;

import com.sun.net.httpserver.HttpExchange;
import dev.stepcache.oci.Digest;
import java.io.IOException;

/**
 * How a {@link FakeRegistry} deletes: a tag alone, as OCI 1.1 has it, and with a digest each tag on
 * it.
 */
final class FakeDeletion {
  private FakeDeletion() {}

  static void answer(FakeRegistry registry, HttpExchange exchange, String repository, String name)
      throws IOException {
    if (registry.manifest(repository, name).isEmpty()) {
      FakeAnswer.error(exchange, 404, "MANIFEST_UNKNOWN");
      return;
    }
    for (String selector : registry.selectors(repository)) {
      String digest = Digest.of(registry.manifest(repository, selector).orElseThrow()).toString();
      if (selector.equals(name) || digest.equals(name)) {
        registry.forget(repository, selector);
      }
    }
    FakeAnswer.answer(exchange, 202, new byte[0]);
  }
}
