package dev.stepcache.registry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stepcache.credentials.Login;
import dev.stepcache.http.Proxies;
import dev.stepcache.http.Trust;
import dev.stepcache.oci.ImageReference;
import dev.stepcache.oci.Tag;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Authenticator;
import java.net.CookieHandler;
import java.net.ProxySelector;
import java.net.ResponseCache;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.TimeZone;
import javax.net.ssl.HttpsURLConnection;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Whoever uses the store in a JVM of theirs finds all that the JVM has one of for everybody as it
 * was. Runs in a JVM of its own, where no other test has been before.
 */
class HttpBesideOthersTest {
  @TempDir Path folder;

  @Test
  void leavesAJvmToOthersAsItFoundIt() throws Exception {
    Path log = folder.resolve("log");
    List<String> command =
        List.of(
            ProcessHandle.current().info().command().orElseThrow(),
            "-cp",
            System.getProperty("java.class.path"),
            "-Djavax.net.ssl.trustStore=" + roots(),
            "-Djavax.net.ssl.trustStorePassword=changeit",
            Beside.class.getName());
    Process process =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile()).start();
    assertThat(process.waitFor()).as(() -> read(log)).isZero();
    assertThat(read(log)).contains("as before");
  }

  private Path roots() throws Exception {
    KeyStore roots = KeyStore.getInstance("PKCS12");
    roots.load(null, null);
    try (InputStream ca = Files.newInputStream(FakeRegistry.authority(folder))) {
      roots.setCertificateEntry(
          "ca", CertificateFactory.getInstance("X.509").generateCertificate(ca));
    }
    Path file = folder.resolve("roots.p12");
    try (OutputStream out = Files.newOutputStream(file)) {
      roots.store(out, "changeit".toCharArray());
    }
    return file;
  }

  private static String read(Path log) {
    try {
      return Files.readString(log);
    } catch (IOException e) {
      return e.toString();
    }
  }

  /** What the JVM of the test does. */
  static final class Beside {
    private Beside() {}

    public static void main(String[] args) throws Exception {
      try (FakeRegistry registry = FakeRegistry.tls();
          FakeRegistry behind = FakeRegistry.tlsOfAnotherHost();
          FakeProxy proxy = new FakeProxy(behind.host())) {
        others(registry);
        // The JDK notes in a property what zone it finds, whoever asks for it first.
        TimeZone.getDefault();
        List<Object> before = ofAll();
        Properties properties = (Properties) System.getProperties().clone();
        try (RegistryStore direct = store(registry.host(), Proxies.NONE);
            RegistryStore tunnelled =
                store(
                    "elsewhere.invalid",
                    Proxies.of(Map.of("HTTPS_PROXY", "http://me:mine@" + proxy.host())))) {
          assertThat(direct.manifest(new Tag("v1"))).isEmpty();
          assertThat(tunnelled.manifest(new Tag("v1"))).isEmpty();
          others(registry);
          assertThat(direct.manifest(new Tag("v2"))).isEmpty();
        }
        others(registry);
        assertThat(ofAll()).isEqualTo(before);
        Set<Object> changed = new HashSet<>(System.getProperties().entrySet());
        changed.removeAll(properties.entrySet());
        assertThat(changed).isEmpty();
      }
      System.out.println("as before");
    }

    /** What a JVM has one of. */
    private static List<Object> ofAll() throws Exception {
      return Arrays.asList(
          HttpsURLConnection.getDefaultSSLSocketFactory(),
          HttpsURLConnection.getDefaultHostnameVerifier(),
          HttpsURLConnection.getFollowRedirects(),
          SSLContext.getDefault(),
          ProxySelector.getDefault(),
          Optional.ofNullable(Authenticator.getDefault()),
          Optional.ofNullable(CookieHandler.getDefault()),
          Optional.ofNullable(ResponseCache.getDefault()));
    }

    private static RegistryStore store(String host, Proxies proxies) {
      return new RegistryStore(
          new RegistrySettings(
              ImageReference.parse(host + "/ci/cache"),
              new Login.Anonymous(),
              Trust.JDK_ROOTS,
              false,
              proxies,
              retry -> {}));
    }

    /** Two clients of the JDK, which know nothing of ours, each with a connection of its own. */
    private static void others(FakeRegistry registry) throws Exception {
      URI uri = URI.create(registry.url() + "/v2/");
      HttpsURLConnection plain = (HttpsURLConnection) uri.toURL().openConnection();
      assertThat(plain.getResponseCode()).isEqualTo(200);
      plain.disconnect();
      try (HttpClient client = HttpClient.newHttpClient()) {
        HttpResponse<String> answer =
            client.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString());
        assertThat(answer.statusCode()).isEqualTo(200);
      }
    }
  }
}
