package dev.stepcache.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.stepcache.SystemProperty;
import dev.stepcache.credentials.Login;
import dev.stepcache.http.Trust;
import dev.stepcache.store.StoreException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.api.parallel.Resources;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whom a store believes. */
@ResourceLock(Resources.SYSTEM_PROPERTIES)
class TlsTest extends RegistryCase {
  @Test
  void believesNoUnknownAuthority() {
    try (RegistryStore store = store(new Login.Anonymous(), false, Trust.JDK_ROOTS)) {
      assertThatThrownBy(() -> store.manifest(TAG)).isInstanceOf(StoreException.Untrusted.class);
    }
    assertThat(registry.seen()).isEmpty();
  }

  @Test
  void believesNoCertificateOfAnotherHost() {
    registry.close();
    registry = FakeRegistry.tlsOfAnotherHost();
    try (RegistryStore store = store()) {
      // The authority is known, so that is not what is wrong.
      assertThatThrownBy(() -> store.manifest(TAG))
          .isInstanceOf(StoreException.Untrusted.class)
          .hasMessageContaining("subject alternative");
    }
    assertThat(registry.seen()).isEmpty();
  }

  @Test
  void believesAnyCertificateWhereInsecure() throws IOException {
    registry.close();
    registry = FakeRegistry.tlsOfAnotherHost();
    addManifest();
    try (RegistryStore store = store(new Login.Anonymous(), true, Trust.JDK_ROOTS)) {
      assertThat(store.manifest(TAG)).isPresent();
    }
    // That it speaks TLS shows in its first word, before any request.
    assertThat(registry.seen()).hasSize(1);
  }

  @Test
  void believesTheJdksRootsBesideOtherAuthorities() throws Exception {
    addManifest();
    Path roots = folder.resolve("roots.p12");
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    try (InputStream ca = Files.newInputStream(FakeRegistry.authority(folder))) {
      store.setCertificateEntry(
          "ca", CertificateFactory.getInstance("X.509").generateCertificate(ca));
    }
    try (OutputStream out = Files.newOutputStream(roots)) {
      store.store(out, "changeit".toCharArray());
    }
    Trust others =
        new Trust(Optional.of(FakeRegistry.serviceAuthority(folder)), List.of(), Optional.empty());
    try (RegistryStore without = store(new Login.Anonymous(), false, others)) {
      assertThatThrownBy(() -> without.manifest(TAG)).isInstanceOf(StoreException.Untrusted.class);
    }
    try (SystemProperty _ = SystemProperty.set("javax.net.ssl.trustStore", roots.toString());
        SystemProperty _ = SystemProperty.set("javax.net.ssl.trustStorePassword", "changeit");
        RegistryStore with = store(new Login.Anonymous(), false, others)) {
      assertThat(with.manifest(TAG)).isPresent();
    }
  }

  @Test
  void speaksPlainHttpOnlyWhereInsecure() throws IOException {
    registry.close();
    registry = FakeRegistry.plain();
    registry.login().basic("alice", "wonder:land");
    addManifest();
    try (FaultyWire wire = new FaultyWire(registry);
        RegistryStore secure = store(wire.host(), ALICE, false, Trust.JDK_ROOTS);
        RegistryStore insecure = store(wire.host(), ALICE, true, Trust.JDK_ROOTS)) {
      assertThatThrownBy(() -> secure.manifest(TAG)).isInstanceOf(StoreException.class);
      assertThat(registry.seen()).isEmpty();
      assertThat(insecure.manifest(TAG)).isPresent();
    }
  }

  @Test
  void triesPlainHttpSoonWhereTlsIsMetWithSilenceAndAsksOnce() throws IOException {
    registry.close();
    registry = FakeRegistry.plain();
    addManifest();
    limits = SOON_PLAIN;
    long begin = System.nanoTime();
    try (FaultyWire wire = new FaultyWire(registry);
        RegistryStore store = store(wire.host(), new Login.Anonymous(), true, Trust.JDK_ROOTS)) {
      wire.answersTls(WireFault.silentAfter(""));
      for (int i = 0; i < 5; i++) {
        assertThat(store.manifest(TAG)).isPresent();
      }
    }
    assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(limits.probe());
    assertThat(registry.seen("GET", "/v2/").stream().filter(seen -> seen.path().equals("/v2/")))
        .hasSize(1);
  }

  @Test
  void asksNothingMoreOfOneThatAnswersTlsWithHttp() throws IOException {
    registry.close();
    registry = FakeRegistry.plain();
    addManifest();
    try (RegistryStore store =
        store(registry.host(), new Login.Anonymous(), true, Trust.JDK_ROOTS)) {
      assertThat(store.manifest(TAG)).isPresent();
    }
    assertThat(registry.seen()).hasSize(1);
  }

  @Test
  void takesNoRegistryThatIsSlowWithTlsForOneThatSpeaksPlainHttp() throws IOException {
    addManifest();
    limits = SOON_PLAIN;
    try (SlowTls front = new SlowTls(registry, limits.hello().multipliedBy(2));
        RegistryStore store = store(front.host(), new Login.Anonymous(), true, Trust.JDK_ROOTS)) {
      assertThat(store.manifest(TAG)).isPresent();
    }
    assertThat(registry.seen("GET", "/manifests/")).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "HTTP/1.0 400 Bad Request\r\n\r\nClient sent an HTTP request to an HTTPS server.\n",
        "SSH-2.0-OpenSSH_9.9\r\n",
        "\u0016\u0003\u0003\u0000\u0004abcd",
        "\u0016\u0003\u0003\u00ff\u00ff",
        "\u0015\u0003\u0003\u0000\u0002\u0002\u0028",
        "\u0017\u0003\u0003\u0000\u0001x",
        "\u0000\u0000\u0000\u0000\u0000\u0000"
      })
  void neitherFallsForGarbageNorBackToPlainHttp(String garbage) {
    limits = SOON_SILENT;
    try (FakeRegistry plain = FakeRegistry.plain();
        FaultyWire wire = new FaultyWire(plain);
        RegistryStore store = store(wire.host(), ALICE, false, Trust.JDK_ROOTS)) {
      wire.answersTls(WireFault.says(garbage));
      assertThatThrownBy(() -> store.manifest(TAG))
          .isInstanceOfAny(StoreException.Untrusted.class, StoreException.Unreachable.class);
      assertThatThrownBy(() -> upload(store, new byte[1])).isInstanceOf(StoreException.class);
      wire.answersTls(WireFault.garbage());
      assertThatThrownBy(() -> store.manifest(TAG)).isInstanceOf(StoreException.class);
      assertThat(wire.seen()).isEmpty();
    }
  }

  @Test
  void believesTheAuthoritiesInEachFolderOfSslCertDir() throws IOException {
    addManifest();
    Path other = Files.createDirectories(folder.resolve("other"));
    Files.writeString(other.resolve("README"), "no certificate");
    Path good = Files.createDirectories(folder.resolve("good"));
    FakeRegistry.authority(good);
    String list = folder.resolve("absent") + ":" + other + "::" + good;
    try (RegistryStore store = store(new Login.Anonymous(), false, trust("SSL_CERT_DIR", list));
        RegistryStore without =
            store(new Login.Anonymous(), false, trust("SSL_CERT_DIR", other.toString()));
        RegistryStore file =
            store(
                new Login.Anonymous(),
                false,
                trust("SSL_CERT_FILE", good.resolve("ca.pem").toString()))) {
      assertThat(store.manifest(TAG)).isPresent();
      assertThat(file.manifest(TAG)).isPresent();
      assertThatThrownBy(() -> without.manifest(TAG)).isInstanceOf(StoreException.Untrusted.class);
    }
  }

  @Test
  void passesOverWhatJavaCannotReadAmongCertificatesAndNamesIt() throws IOException {
    addManifest();
    Path certificates = Files.createDirectories(folder.resolve("certs"));
    Path old = certificates.resolve("aa-old.pem");
    try (InputStream in = TlsTest.class.getResourceAsStream("/registry/explicit-curve.pem")) {
      Files.write(old, in.readAllBytes());
    }
    Path large = certificates.resolve("bb-large.pem");
    try (RandomAccessFile file = new RandomAccessFile(large.toFile(), "rw")) {
      file.setLength((16 << 20) + 1);
    }
    String good = Files.readString(FakeRegistry.authority(folder));
    Files.writeString(certificates.resolve("zz-good.pem"), good);
    Path bundle = folder.resolve("bundle.pem");
    Files.writeString(bundle, Files.readString(old) + good);

    String why = " passed over: Only named ECParameters supported";
    assertThat(notices(trust("SSL_CERT_DIR", certificates.toString())))
        .containsExactly(
            "certificate 1 of " + old + " is" + why,
            "certificates in " + large + " are passed over: is larger than 16 MiB");
    assertThat(notices(trust("SSL_CERT_FILE", bundle.toString())))
        .containsExactly("certificate 1 of " + bundle + " is" + why);
    assertThat(notices(Trust.of(Optional.of(bundle), Map.of())))
        .containsExactly("certificate 1 of " + bundle + " is" + why);
    assertThatThrownBy(() -> notices(Trust.of(Optional.of(old), Map.of())))
        .isInstanceOf(StoreException.Untrusted.class)
        .hasMessageContaining("holds no PEM certificate that can be used");
  }

  /** What is told while a manifest is read by this trust. */
  private List<String> notices(Trust trust) throws IOException {
    List<String> notices = new ArrayList<>();
    try (RegistryStore store = store(new Login.Anonymous(), false, trust.telling(notices::add))) {
      assertThat(store.manifest(TAG)).isPresent();
    }
    return notices;
  }

  private static Trust trust(String variable, String value) {
    return Trust.of(Optional.empty(), Map.of(variable, value));
  }
}
