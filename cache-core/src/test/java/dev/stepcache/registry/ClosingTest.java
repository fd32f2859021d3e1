package dev.stepcache.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.stepcache.credentials.Login;
import dev.stepcache.http.Trust;
import dev.stepcache.oci.Descriptor;
import dev.stepcache.store.StoreException;
import java.io.InputStream;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** A store that is closed, by whoever has had enough of it, while others wait for it. */
class ClosingTest extends RegistryCase {
  @Test
  void endsAtOnceWhoeverReadsABlobThatDoesNotGoOn() throws Exception {
    Descriptor blob = addBlob(1000);
    AtomicLong closed = new AtomicLong();
    try (FakeRegistry plain = FakeRegistry.plain();
        FaultyWire wire = new FaultyWire(plain);
        RegistryStore store = store(wire.host(), new Login.Anonymous(), true, Trust.JDK_ROOTS)) {
      wire.always(
          "GET",
          "/blobs/",
          WireFault.silentAfter("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nabc"));
      try (InputStream in = store.blob(blob)) {
        assertThat(in.readNBytes(3)).hasSize(3);
        Thread.ofPlatform()
            .start(() -> {
              try {
                Thread.sleep(Duration.ofMillis(200));
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
              closed.set(System.nanoTime());
              store.close();
            });
        assertThatThrownBy(in::read).isInstanceOf(StoreException.Unreachable.class);
        assertThat(Duration.ofNanos(System.nanoTime() - closed.get()))
            .isLessThan(limits.silence().dividedBy(4));
      }
    }
  }
}
