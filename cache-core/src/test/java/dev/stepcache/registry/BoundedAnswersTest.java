package dev.stepcache.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import dev.stepcache.credentials.Login;
import dev.stepcache.http.Trust;
import dev.stepcache.store.StoreException;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Answers that would fill the memory, if they were let. */
class BoundedAnswersTest extends RegistryCase {
  private static final String OK = "HTTP/1.1 200 OK\r\n";
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  private final FakeRegistry plain = FakeRegistry.plain();
  private final FaultyWire wire = new FaultyWire(plain);

  @AfterEach
  void closePlain() {
    wire.close();
    plain.close();
  }

  private RegistryStore plainStore(String host, Login login) {
    return store(host, login, true, Trust.JDK_ROOTS);
  }

  /**
   * All that this thread allocates, whether it becomes garbage at once or not; at the second time,
   * when all classes are loaded.
   */
  private static long allocated(ThrowingCallable work) throws Throwable {
    work.call();
    long before = THREADS.getCurrentThreadAllocatedBytes();
    work.call();
    return THREADS.getCurrentThreadAllocatedBytes() - before;
  }

  private long ofAManifest(WireFault fault) throws Throwable {
    wire.always("GET", "/manifests/", fault);
    try (RegistryStore store = plainStore(wire.host(), new Login.Anonymous())) {
      return allocated(() ->
          assertThatThrownBy(() -> store.manifest(TAG))
              .isInstanceOf(StoreException.Corrupt.class)
              .hasMessageContaining("4 MiB"));
    }
  }

  @Test
  void aManifestThatClaimsAGibibyteIsNotRead() throws Throwable {
    assertThat(
            ofAManifest(WireFault.endless(OK + "Content-Length: 1073741824\r\n\r\n", "{\"a\":\"")))
        .isLessThan(4 << 20);
  }

  @Test
  void anEndlessManifestTakesLessThanSixteenMebibytes() throws Throwable {
    assertThat(ofAManifest(WireFault.endless(OK + "\r\n", "{\"a\":\""))).isLessThan(16 << 20);
  }

  @Test
  void anEndlessManifestInChunksEndsAtTheSameLimit() throws Throwable {
    // Without a figure: Java copies each chunk several times, and lets go of it.
    ofAManifest(
        WireFault.endless(
            OK + "Transfer-Encoding: chunked\r\n\r\n", "1000\r\n" + "x".repeat(4096) + "\r\n"));
  }

  @Test
  void anEndlessTokenTakesLessThanFourMebibytes() throws Throwable {
    plain.login().bearer("alice", "wonder:land");
    plain.login().realm("http://" + wire.host() + "/token");
    wire.always("GET", "/token", WireFault.endless(OK + "\r\n", "{\"token\":\"abc\"} "));
    long begin = System.nanoTime();
    try (RegistryStore store = plainStore(plain.host(), ALICE)) {
      long bytes =
          allocated(() ->
              assertThatThrownBy(() -> store.manifest(TAG)).isInstanceOf(StoreException.class));
      assertThat(bytes).isLessThan(4 << 20);
    }
    assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(60));
  }

  @Test
  void anEndlessErrorTakesLessThanFourMebibytes() throws Throwable {
    wire.always(
        "GET", "/manifests/", WireFault.endless("HTTP/1.1 400 No\r\n\r\n", "{\"errors\":["));
    try (RegistryStore store = plainStore(wire.host(), ALICE)) {
      long bytes =
          allocated(() ->
              assertThatThrownBy(() -> store.manifest(TAG))
                  .isInstanceOf(StoreException.Rejected.class));
      assertThat(bytes).isLessThan(4 << 20);
    }
  }
}
