import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.MessageDigest;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.util.HexFormat;

/**
 * The roots that the images trust: those of a file that is checked in, since a build machine's own
 * may hold a proxy's. Written as the JDK writes its own: PKCS12, no password, no salt.
 */
final class TrustStore {
  private TrustStore() {}

  static void write(Path roots, Path store) throws IOException {
    System.setProperty("keystore.pkcs12.certProtectionAlgorithm", "NONE");
    System.setProperty("keystore.pkcs12.macAlgorithm", "NONE");
    try (InputStream pem = Files.newInputStream(roots);
        OutputStream out = Files.newOutputStream(store)) {
      KeyStore trusted = KeyStore.getInstance("PKCS12");
      trusted.load(null, null);
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      for (Certificate root : CertificateFactory.getInstance("X.509").generateCertificates(pem)) {
        String alias = HexFormat.of().formatHex(digest.digest(root.getEncoded()));
        trusted.setCertificateEntry(alias, root);
      }
      if (trusted.size() < 100) {
        throw new IOException(roots + " holds only " + trusted.size() + " roots");
      }
      trusted.store(out, null);
    } catch (GeneralSecurityException e) {
      throw new IOException(e);
    }
  }
}
