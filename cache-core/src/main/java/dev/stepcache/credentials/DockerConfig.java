package dev.stepcache.credentials;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.stepcache.oci.Json;
import dev.stepcache.oci.MalformedDocumentException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A docker config file: {@code config.json}, {@code .dockerconfigjson}, {@code auth.json}, or the
 * older {@code .dockercfg}, which is the map of logins alone. Nothing of its content ever enters a
 * message.
 */
final class DockerConfig {
  private static final int LARGEST = 1 << 20;
  private static final Pattern TOKEN = Pattern.compile("[\\x21-\\x7e]+");

  private final ObjectNode root;
  private final JsonNode logins;

  private DockerConfig(ObjectNode root) {
    this.root = root;
    boolean old = !root.has("auths") && !root.has("credHelpers") && !root.has("credsStore");
    this.logins = old ? root : root.path("auths");
  }

  static DockerConfig read(Path file) throws IOException {
    byte[] document;
    try (InputStream in = Files.newInputStream(file)) {
      document = in.readNBytes(LARGEST + 1);
    }
    if (document.length > LARGEST) {
      throw new IOException("is larger than 1 MiB");
    }
    try {
      return new DockerConfig(Json.object(document, "docker config"));
    } catch (MalformedDocumentException e) {
      // The parser's message quotes the document, and so perhaps a password.
      throw new IOException("is no JSON object");
    }
  }

  /** The login whose key names most of the repository's path. */
  Optional<Login> login(String registry, String repository) throws IOException {
    RegistryKey wanted = RegistryKey.parse(registry);
    Optional<Login> best = Optional.empty();
    int longest = -1;
    for (Map.Entry<String, JsonNode> entry : logins.properties()) {
      RegistryKey key = RegistryKey.parse(entry.getKey());
      if (key.path().length() <= longest || !key.covers(wanted, repository)) {
        continue;
      }
      Optional<Login> login = loginOf(entry.getValue());
      if (login.isPresent()) {
        best = login;
        longest = key.path().length();
      }
    }
    return best;
  }

  /** The program that the config leaves this registry's login to. */
  Optional<String> helper(String registry) {
    RegistryKey wanted = RegistryKey.parse(registry);
    for (Map.Entry<String, JsonNode> entry : root.path("credHelpers").properties()) {
      if (RegistryKey.parse(entry.getKey()).equals(wanted)) {
        return Optional.of("docker-credential-" + entry.getValue().asText());
      }
    }
    String store = root.path("credsStore").asText("");
    return store.isEmpty() ? Optional.empty() : Optional.of("docker-credential-" + store);
  }

  private static Optional<Login> loginOf(JsonNode entry) throws IOException {
    String identity = entry.path("identitytoken").asText("");
    if (!identity.isEmpty()) {
      return Optional.of(new Login.IdentityToken(token(identity)));
    }
    String bearer = entry.path("registrytoken").asText("");
    if (!bearer.isEmpty()) {
      return Optional.of(new Login.RegistryToken(token(bearer)));
    }
    String auth = entry.path("auth").asText("").strip();
    if (!auth.isEmpty()) {
      return Optional.of(basic(auth));
    }
    String user = entry.path("username").asText("");
    String password = entry.path("password").asText("");
    if (user.isEmpty() && password.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(new Login.Basic(user, password));
  }

  private static Login basic(String auth) throws IOException {
    String pair;
    try {
      pair = new String(Base64.getDecoder().decode(auth), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      throw new IOException("has an 'auth' that is not base64");
    }
    int colon = pair.indexOf(':');
    if (colon < 0) {
      throw new IOException("has an 'auth' that is not user:password");
    }
    return new Login.Basic(pair.substring(0, colon), pair.substring(colon + 1));
  }

  private static String token(String text) throws IOException {
    String token = text.strip();
    if (!TOKEN.matcher(token).matches()) {
      throw new IOException("has a token with characters that no header can carry");
    }
    return token;
  }
}
