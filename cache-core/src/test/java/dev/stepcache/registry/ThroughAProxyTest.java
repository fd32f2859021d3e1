package dev.stepcache.registry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stepcache.credentials.Login;
import dev.stepcache.http.Proxies;
import dev.stepcache.http.Trust;
import dev.stepcache.oci.ImageReference;
import dev.stepcache.oci.Tag;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ThroughAProxyTest {
  @TempDir Path folder;

  @Test
  void reachesARegistryWhoseNameOnlyTheProxyKnows() throws IOException {
    try (FakeRegistry registry = FakeRegistry.tlsOfAnotherHost();
        FakeProxy proxy = new FakeProxy(registry.host());
        RegistryStore store =
            new RegistryStore(
                new RegistrySettings(
                    ImageReference.parse("elsewhere.invalid/ci/cache"),
                    new Login.Basic("alice", "wonder:land"),
                    new Trust(
                        Optional.of(FakeRegistry.authority(folder)), List.of(), Optional.empty()),
                    false,
                    Proxies.of(Map.of("HTTPS_PROXY", "http://me:mine@" + proxy.host())),
                    retry -> {}))) {
      assertThat(store.manifest(new Tag("v1"))).isEmpty();

      assertThat(proxy.heads()).hasSize(2);
      assertThat(proxy.heads().getLast())
          .startsWith("CONNECT elsewhere.invalid:443 ")
          .containsIgnoringCase("Proxy-Authorization: Basic bWU6bWluZQ==")
          .doesNotContain("\nAuthorization");
      assertThat(registry.seen())
          .singleElement()
          .satisfies(seen -> assertThat(seen.header("Proxy-authorization")).isEmpty());
    }
  }
}
