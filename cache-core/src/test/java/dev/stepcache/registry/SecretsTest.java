package dev.stepcache.registry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stepcache.credentials.Login;
import dev.stepcache.http.Trust;
import dev.stepcache.oci.Descriptor;
import dev.stepcache.oci.MediaType;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever fails, nobody learns a secret from its message, its causes or its stack trace. */
class SecretsTest extends RegistryCase {
  private static final String CANARY = "c4nary";
  private static final String BASE64 =
      Base64.getEncoder().encodeToString(("alice:" + CANARY).getBytes(StandardCharsets.UTF_8));
  private static final String SIGNED = "?signature=" + CANARY;

  static Stream<Arguments> troubles() {
    List<Fault> faults = new ArrayList<>();
    for (int status : new int[] {400, 401, 403, 404, 408, 416, 429, 500, 502, 503}) {
      faults.add(Fault.status(status));
    }
    faults.add(Fault.reset());
    faults.add(Fault.status(429, "", "Retry-After", "86400"));
    faults.add(Fault.redirect("http://127.0.0.1:1/x" + SIGNED));
    faults.add(Fault.redirect("https://127.0.0.1:1/x" + SIGNED));
    faults.add(Fault.redirect("https://nowhere.invalid/x" + SIGNED));
    faults.add(Fault.redirect("https://169.254.169.254/x" + SIGNED));
    faults.add(Fault.redirect("https://127.0.0.1:99999/x" + SIGNED));
    faults.add(Fault.redirect("https://alice:" + CANARY + "@127.0.0.1/x"));
    faults.add(Fault.redirect(SIGNED));
    faults.add(challenge("https://127.0.0.1:1/token" + SIGNED));
    faults.add(challenge("http://127.0.0.1:1/token" + SIGNED));
    faults.add(challenge("https://169.254.169.254/token" + SIGNED));
    faults.add(challenge("https://alice:" + CANARY + "@127.0.0.1/token"));
    faults.add(Fault.status(202, "", "Location", "https://127.0.0.1:1/up" + SIGNED));
    faults.add(Fault.status(202, "", "Location", "http://127.0.0.1:1/up" + SIGNED));
    faults.add(Fault.status(202, "", "Location", "https://127.0.0.1/ up" + SIGNED));
    List<Login> logins =
        List.of(
            new Login.Basic("alice", CANARY),
            new Login.IdentityToken(CANARY),
            new Login.RegistryToken(CANARY));
    return faults.stream().flatMap(fault -> logins.stream().map(one -> Arguments.of(fault, one)));
  }

  private static Fault challenge(String realm) {
    return Fault.status(401, "", "WWW-Authenticate", "Bearer realm=\"" + realm + "\"");
  }

  private interface Work {
    void run() throws IOException;
  }

  @ParameterizedTest
  @MethodSource("troubles")
  void stayOutOfWhatIsTold(Fault fault, Login login) {
    for (String method : List.of("GET", "HEAD", "POST", "PUT")) {
      registry.always(method, "/v2/", fault);
    }
    Descriptor blob = Descriptor.of(MediaType.OCI_LAYER, new byte[3]);
    try (RegistryStore store = store(login, false);
        RegistryStore untrusting = store(login, false, Trust.JDK_ROOTS)) {
      tells(() -> store.manifest(TAG));
      tells(() -> store.has(blob));
      tells(() -> store.blob(blob).close());
      tells(() -> upload(store, new byte[3]));
      tells(() -> store.put(TAG, MediaType.OCI_MANIFEST, MANIFEST));
      tells(() -> untrusting.manifest(TAG));
      assertThat(store.toString() + retries).doesNotContain(CANARY, BASE64);
    }
  }

  private static void tells(Work work) {
    StringWriter told = new StringWriter();
    try {
      work.run();
    } catch (IOException e) {
      e.printStackTrace(new PrintWriter(told));
    }
    assertThat(told.toString()).doesNotContain(CANARY, BASE64);
  }
}
