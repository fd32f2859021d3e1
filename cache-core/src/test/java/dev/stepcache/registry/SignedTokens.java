package dev.stepcache.registry;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.Signature;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.stream.Collectors;

/** A token service as the distribution project's registry believes it: JWTs with a certificate. */
final class SignedTokens {
  private SignedTokens() {}

  static HttpServer serve(String user, String password) {
    String basic =
        "Basic "
            + Base64.getEncoder()
                .encodeToString((user + ":" + password).getBytes(StandardCharsets.UTF_8));
    try {
      HttpServer server =
          HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
      server.createContext("/token", exchange -> answer(exchange, basic));
      server.start();
      return server;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void answer(HttpExchange exchange, String basic) throws IOException {
    if (!basic.equals(exchange.getRequestHeaders().getFirst("Authorization"))) {
      exchange.sendResponseHeaders(401, -1);
      exchange.close();
      return;
    }
    List<String> scopes =
        Arrays.stream(exchange.getRequestURI().getQuery().split("&"))
            .filter(field -> field.startsWith("scope="))
            .map(field -> field.substring("scope=".length()))
            .toList();
    byte[] body = ("{\"token\":\"" + jwt(scopes) + "\"}").getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(200, body.length);
    exchange.getResponseBody().write(body);
    exchange.close();
  }

  private static String access(String scope) {
    String[] parts = scope.split(":");
    String actions =
        Arrays.stream(parts[2].split(","))
            .map(action -> "\"" + action + "\"")
            .collect(Collectors.joining(","));
    return "{\"type\":\"%s\",\"name\":\"%s\",\"actions\":[%s]}"
        .formatted(parts[0], parts[1], actions);
  }

  private static String jwt(List<String> scopes) throws IOException {
    long now = Instant.now().getEpochSecond();
    String claims =
        """
        {"iss":"stepcache-test","sub":"alice","aud":"stepcache-registry","exp":%d,"nbf":%d,\
        "iat":%d,"jti":"1","access":[%s]}\
        """
            .formatted(
                now + 600,
                now - 60,
                now,
                scopes.stream().map(SignedTokens::access).collect(Collectors.joining(",")));
    try (InputStream in = SignedTokens.class.getResourceAsStream("/registry/localhost.p12")) {
      KeyStore keys = KeyStore.getInstance("PKCS12");
      keys.load(in, "changeit".toCharArray());
      String alias = keys.aliases().nextElement();
      String certificate =
          Base64.getEncoder().encodeToString(keys.getCertificate(alias).getEncoded());
      String header = "{\"typ\":\"JWT\",\"alg\":\"RS256\",\"x5c\":[\"" + certificate + "\"]}";
      String signed = encode(header) + "." + encode(claims);
      Signature signature = Signature.getInstance("SHA256withRSA");
      signature.initSign((PrivateKey) keys.getKey(alias, "changeit".toCharArray()));
      signature.update(signed.getBytes(StandardCharsets.US_ASCII));
      return signed
          + "."
          + Base64.getUrlEncoder().withoutPadding().encodeToString(signature.sign());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String encode(String json) {
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString(json.getBytes(StandardCharsets.UTF_8));
  }
}
