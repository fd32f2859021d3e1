package dev.stepcache.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stepcache.registry.RealRegistry;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("program")
class TlsProbeTest {
  @TempDir Path folder;

  @Test
  void isAnsweredByARegistryThatSpeaksPlainHttpInsteadOfMakingItWaitForMore() throws Exception {
    try (RealRegistry registry = RealRegistry.open(folder)) {
      Wire wire = new Wire(Trust.JDK_ROOTS, true, Proxies.NONE, Limits.STANDARD);

      assertThat(wire.probe(Origin.of("https", registry.host()), Duration.ofSeconds(10)))
          .isEqualTo(TlsProbe.HTTP);
    }
  }
}
