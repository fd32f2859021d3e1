package dev.stepcache.credentials;

import com.fasterxml.jackson.databind.JsonNode;
import dev.stepcache.oci.Json;
import dev.stepcache.oci.MalformedDocumentException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Optional;
import java.util.regex.Pattern;

/** The token that Kubernetes gives a pod for its service account: a JWT (RFC 7519) in a file. */
final class ServiceAccountToken {
  private static final int LARGEST = 1 << 16;
  private static final Pattern TOKEN = Pattern.compile("[\\x21-\\x7e]+");

  private ServiceAccountToken() {}

  static Optional<String> read(Path file) {
    try (InputStream in = Files.newInputStream(file)) {
      String token = new String(in.readNBytes(LARGEST), StandardCharsets.US_ASCII).strip();
      return TOKEN.matcher(token).matches() ? Optional.of(token) : Optional.empty();
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /** Whose token it is, unverified: for people only. */
  static String subject(String token) {
    String[] parts = token.split("\\.", -1);
    try {
      JsonNode subject =
          Json.object(Base64.getUrlDecoder().decode(parts[parts.length > 1 ? 1 : 0]), "token")
              .path("sub");
      return subject.asText("").startsWith("system:serviceaccount:") ? subject.asText() : "unknown";
    } catch (IllegalArgumentException | MalformedDocumentException e) {
      return "unknown";
    }
  }
}
