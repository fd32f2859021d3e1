import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A certificate for the loopback address that lives as long as a training run. */
record TrainingCertificate(Path store, Path pem) {
  private static final String PASSWORD = "changeit";

  static TrainingCertificate make(Path folder) throws IOException, InterruptedException {
    Path store = folder.resolve("registry.p12");
    Path pem = folder.resolve("registry.pem");
    keytool(
        store,
        "-genkeypair -keyalg EC -groupname secp256r1 -dname CN=localhost -validity 2"
            + " -ext san=dns:localhost,ip:127.0.0.1");
    keytool(store, "-exportcert -rfc -file " + pem.getFileName());
    return new TrainingCertificate(store, pem);
  }

  private static void keytool(Path store, String args) throws IOException, InterruptedException {
    List<String> words = new ArrayList<>(List.of(args.split(" ")));
    words.addAll(List.of("-alias", "registry", "-storetype", "PKCS12", "-storepass", PASSWORD));
    words.addAll(List.of("-keystore", store.getFileName().toString()));
    JdkTool.run(store.getParent(), "keytool", words);
  }
}
