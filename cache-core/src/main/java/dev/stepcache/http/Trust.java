package dev.stepcache.http;

import dev.stepcache.store.StoreException;
import dev.stepcache.text.Printable;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Who may vouch for a registry besides the JDK's own roots.
 *
 * @param named a PEM file that a param names: without it nothing is believed
 * @param found PEM files, and folders of such, that may be missing
 * @param services a PEM file, which may be missing, of who vouches for a cluster's own services,
 *     {@code *.svc} and {@code *.svc.cluster.local}, and for nobody else
 * @param notices told of each certificate and file that was passed over because it cannot be used
 */
public record Trust(
    Optional<Path> named, List<Path> found, Optional<Path> services, Consumer<String> notices) {
  /** In the JDK's own roots, and in nobody else. */
  public static final Trust JDK_ROOTS = new Trust(Optional.empty(), List.of(), Optional.empty());

  private static final Pattern PEM =
      Pattern.compile("-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----");
  private static final long LARGEST = 16 << 20;

  public Trust {
    found = List.copyOf(found);
  }

  /** Trust that tells nobody of what it passes over. */
  public Trust(Optional<Path> named, List<Path> found, Optional<Path> services) {
    this(named, found, services, notice -> {});
  }

  /** What a param and OpenSSL's variables SSL_CERT_FILE and SSL_CERT_DIR name. */
  public static Trust of(Optional<Path> named, Map<String, String> environment) {
    List<Path> found = new ArrayList<>();
    add(found, environment.getOrDefault("SSL_CERT_FILE", ""));
    Arrays.stream(environment.getOrDefault("SSL_CERT_DIR", "").split(":", -1))
        .forEach(folder -> add(found, folder));
    return new Trust(named, found, Optional.empty());
  }

  /** The same with an authority that counts for the hosts of a cluster's services alone. */
  public Trust withServices(Path authority) {
    return new Trust(named, found, Optional.of(authority), notices);
  }

  /** The same, which tells somebody of each file that is no use. */
  public Trust telling(Consumer<String> listener) {
    return new Trust(named, found, services, listener);
  }

  /** Whether the authority of the cluster's services counts for a host. */
  boolean isService(String host) {
    return services.isPresent() && (host.endsWith(".svc") || host.endsWith(".svc.cluster.local"));
  }

  private static void add(List<Path> paths, String path) {
    if (!path.isEmpty()) {
      paths.add(Path.of(path));
    }
  }

  /**
   * The certificates; what is missing or broken among the found ones is passed over.
   *
   * @param service whether they are for one of the cluster's services
   */
  List<Certificate> certificates(boolean service) throws IOException, GeneralSecurityException {
    List<Certificate> certificates = new ArrayList<>();
    if (named.isPresent()) {
      try {
        read(named.get(), certificates);
      } catch (IOException e) {
        throw cannotUse(named.get(), "cannot be read", e);
      }
      if (certificates.isEmpty()) {
        throw cannotUse(named.get(), "holds no PEM certificate that can be used", null);
      }
    }
    List<Path> paths = new ArrayList<>(found);
    if (service) {
      services.ifPresent(paths::add);
    }
    for (Path path : paths) {
      readIfThere(path, certificates);
    }
    return certificates;
  }

  private void readIfThere(Path path, List<Certificate> into) throws CertificateException {
    try {
      for (Path file : files(path)) {
        try {
          read(file, into);
        } catch (NoSuchFileException e) {
          // A list of places where certificates may be: most machines lack most of them.
        } catch (IOException e) {
          passOver("certificates in " + file + " are", e);
        }
      }
    } catch (IOException e) {
      passOver("certificates in " + path + " are", e);
    }
  }

  private void passOver(String what, Exception e) {
    notices.accept(
        Printable.of(what)
            + " passed over: "
            + Printable.of(e instanceof AccessDeniedException ? "denied" : reason(e)));
  }

  private static String reason(Throwable e) {
    return e.getCause() == null ? String.valueOf(e.getMessage()) : reason(e.getCause());
  }

  private static StoreException cannotUse(
      Path path, String why, @org.jspecify.annotations.Nullable Exception cause) {
    return new StoreException.Untrusted(
        "trust a registry: CA file " + Printable.of(path.toString()) + " " + why, cause);
  }

  private static Iterable<Path> files(Path path) throws IOException {
    if (!Files.isDirectory(path)) {
      return List.of(path);
    }
    TreeSet<Path> files = new TreeSet<>();
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(path)) {
      for (Path entry : entries) {
        if (Files.isRegularFile(entry)) {
          files.add(entry);
        }
      }
    }
    return files;
  }

  /** A certificate that Java does not read, such as of an unnamed curve, spoils no other. */
  private void read(Path file, List<Certificate> into) throws IOException, CertificateException {
    if (Files.size(file) > LARGEST) {
      throw new IOException("is larger than 16 MiB");
    }
    CertificateFactory factory = CertificateFactory.getInstance("X.509");
    Matcher pem = PEM.matcher(Files.readString(file, StandardCharsets.ISO_8859_1));
    for (int number = 1; pem.find(); number++) {
      byte[] block = pem.group().getBytes(StandardCharsets.ISO_8859_1);
      try {
        into.add(factory.generateCertificate(new ByteArrayInputStream(block)));
      } catch (CertificateException e) {
        passOver("certificate " + number + " of " + file + " is", e);
      }
    }
  }
}
