package dev.stepcache.http;

import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/**
 * Believes whom its own certificates vouch for, else whom the JDK's roots do. They are read only
 * then: more than a hundred, which take a tenth of a second of a processor.
 */
final class CompositeTrust extends X509ExtendedTrustManager {
  private final X509ExtendedTrustManager own;

  CompositeTrust(KeyStore certificates) throws GeneralSecurityException {
    own = manager(certificates);
  }

  /** Of a store's certificates, or of the JDK's own roots. */
  private static X509ExtendedTrustManager manager(@Nullable KeyStore store)
      throws GeneralSecurityException {
    TrustManagerFactory managers =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    managers.init(store);
    for (TrustManager manager : managers.getTrustManagers()) {
      if (manager instanceof X509ExtendedTrustManager found) {
        return found;
      }
    }
    throw new GeneralSecurityException("this Java has no trust manager for certificates");
  }

  private interface Check {
    void by(X509ExtendedTrustManager manager) throws CertificateException;
  }

  private void check(Check check) throws CertificateException {
    try {
      check.by(own);
    } catch (CertificateException e) {
      checkByRoots(check, e);
    }
  }

  private static void checkByRoots(Check check, CertificateException own)
      throws CertificateException {
    X509ExtendedTrustManager roots;
    try {
      roots = manager(null);
    } catch (GeneralSecurityException e) {
      own.addSuppressed(e);
      throw own;
    }
    try {
      check.by(roots);
    } catch (CertificateException e) {
      // Whoever knows the issuer says what else is wrong, such as another host's name.
      boolean isStranger = own.getCause() instanceof CertPathBuilderException;
      CertificateException telling = isStranger ? e : own;
      telling.addSuppressed(isStranger ? own : e);
      throw telling;
    }
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket)
      throws CertificateException {
    check(manager -> manager.checkServerTrusted(chain, type, socket));
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine)
      throws CertificateException {
    check(manager -> manager.checkServerTrusted(chain, type, engine));
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String type) throws CertificateException {
    check(manager -> manager.checkServerTrusted(chain, type));
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket)
      throws CertificateException {
    own.checkClientTrusted(chain, type, socket);
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine)
      throws CertificateException {
    own.checkClientTrusted(chain, type, engine);
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String type) throws CertificateException {
    own.checkClientTrusted(chain, type);
  }

  @Override
  public X509Certificate[] getAcceptedIssuers() {
    return own.getAcceptedIssuers();
  }
}
