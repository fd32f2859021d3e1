import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/** A certificate for the loopback address that lives as long as a training run. */
record StubCertificate(Path store, Path pem) {
  private static final String PASSWORD = "changeit";

  static StubCertificate make(Path folder) throws IOException, InterruptedException {
    Path store = folder.resolve("stub.p12");
    Path pem = folder.resolve("stub.pem");
    keytool(
        store,
        "-genkeypair -keyalg EC -groupname secp256r1 -dname CN=localhost -validity 2"
            + " -ext san=dns:localhost,ip:127.0.0.1");
    keytool(store, "-exportcert -rfc -file " + pem.getFileName());
    return new StubCertificate(store, pem);
  }

  SSLContext context() throws GeneralSecurityException, IOException {
    KeyStore keys = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(store)) {
      keys.load(in, PASSWORD.toCharArray());
    }
    KeyManagerFactory factory = KeyManagerFactory.getInstance("PKIX");
    factory.init(keys, PASSWORD.toCharArray());
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(factory.getKeyManagers(), null, null);
    return context;
  }

  private static void keytool(Path store, String args) throws IOException, InterruptedException {
    List<String> words = new ArrayList<>(List.of(args.split(" ")));
    words.addAll(List.of("-alias", "stub", "-storetype", "PKCS12", "-storepass", PASSWORD));
    words.addAll(List.of("-keystore", store.getFileName().toString()));
    JdkTool.run(store.getParent(), "keytool", words);
  }
}
