package dev.stepcache.s3.auth;

import dev.stepcache.http.Body;
import dev.stepcache.http.Request;
import dev.stepcache.store.StoreException;
import dev.stepcache.text.Printable;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * What a container or a machine at Amazon is given by a service beside it: EKS Pod Identity, ECS,
 * and the instance metadata service, version 2 alone.
 *
 * @param environment where the service is named
 * @param requests to it
 */
record MachineCredentials(AwsEnvironment environment, CredentialRequests requests) {
  private static final String ECS = "http://169.254.170.2";
  private static final String INSTANCE = "http://169.254.169.254";
  private static final String ROLES = "/latest/meta-data/iam/security-credentials/";
  private static final String TOKEN_HEADER = "X-aws-ec2-metadata-token";
  private static final Pattern VISIBLE = Pattern.compile("[\\x21-\\x7e][\\x20-\\x7e]*");
  private static final Pattern ROLE = Pattern.compile("[A-Za-z0-9+=,.@_-]{1,128}");

  /** Where a token may go without TLS: this machine, ECS, and EKS. */
  private static final Set<String> NEAR_HOSTS =
      Set.of(
          "localhost", "127.0.0.1", "[::1]", "169.254.170.2", "169.254.170.23", "[fd00:ec2::23]");

  /** Of the container, where its environment names a service; nobody is asked else. */
  Optional<AwsCredentials> ofContainer() throws IOException {
    Optional<String> relative = environment.get("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI");
    Optional<String> full = environment.get("AWS_CONTAINER_CREDENTIALS_FULL_URI");
    if (relative.isEmpty() && full.isEmpty()) {
      return Optional.empty();
    }
    String operation = "get the container's AWS credentials";
    URI uri = containerUri(relative.map(path -> ECS + path).orElseGet(full::get), operation);
    CredentialRequests.Answer answer =
        requests.send(
            () -> {
              Request request = new Request("GET", uri, Map.of(), Body.NONE);
              Optional<String> token = containerToken(operation);
              return token.isPresent() ? request.with("Authorization", token.get()) : request;
            },
            operation);
    if (answer.status() != 200) {
      throw new StoreException.Unauthorized(
          operation
              + ": the service answered "
              + answer.status()
              + ": give the service account a role (Pod Identity association, or the task's role)");
    }
    return Optional.of(
        CredentialRequests.credentials(answer.body(), operation, "the container's service"));
  }

  private static URI containerUri(String text, String operation) throws StoreException {
    try {
      URI uri = URI.create(text);
      String host = uri.getHost() == null ? "" : uri.getHost();
      boolean allowed =
          ("https".equals(uri.getScheme()) && !host.isEmpty())
              || ("http".equals(uri.getScheme()) && NEAR_HOSTS.contains(host));
      if (allowed && uri.getRawUserInfo() == null) {
        return uri;
      }
    } catch (IllegalArgumentException e) {
      // The same word for both.
    }
    throw new StoreException.Rejected(
        operation
            + ": AWS_CONTAINER_CREDENTIALS_FULL_URI names no service of this machine, and no https"
            + " one: correct it");
  }

  private Optional<String> containerToken(String operation) throws StoreException {
    Optional<String> file = environment.get("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE");
    String token;
    if (file.isPresent()) {
      try {
        token = Files.readString(Path.of(file.get()), StandardCharsets.UTF_8).strip();
      } catch (IOException e) {
        throw new StoreException.MissingCredentials(
            operation + ": the token '" + Printable.of(file.get()) + "' cannot be read", e);
      }
    } else {
      token = environment.get("AWS_CONTAINER_AUTHORIZATION_TOKEN").orElse("");
    }
    if (token.isEmpty()) {
      return Optional.empty();
    }
    if (!VISIBLE.matcher(token).matches()) {
      throw new StoreException.MissingCredentials(operation + ": the token is none", null);
    }
    return Optional.of(token);
  }

  /** Of the machine; empty where there is no such service, or no role, or it is not to be asked. */
  Optional<AwsCredentials> ofInstance() throws IOException {
    if (environment.isTrue("AWS_EC2_METADATA_DISABLED")) {
      return Optional.empty();
    }
    String operation = "get the machine's AWS credentials";
    String base = environment.get("AWS_EC2_METADATA_SERVICE_ENDPOINT").orElse(INSTANCE);
    try {
      URI root = URI.create(base.replaceFirst("/+$", "")).resolve("/");
      CredentialRequests.Answer session =
          requests.send(
              () ->
                  new Request(
                      "PUT",
                      root.resolve("/latest/api/token"),
                      Map.of("X-aws-ec2-metadata-token-ttl-seconds", "21600"),
                      Body.NONE),
              operation);
      String token = new String(session.body(), StandardCharsets.US_ASCII).strip();
      if (session.status() != 200 || !VISIBLE.matcher(token).matches()) {
        return Optional.empty();
      }
      CredentialRequests.Answer roles = get(root.resolve(ROLES), token, operation);
      String role = new String(roles.body(), StandardCharsets.UTF_8).strip();
      if (roles.status() != 200 || !ROLE.matcher(role).matches()) {
        return Optional.empty();
      }
      CredentialRequests.Answer answer = get(root.resolve(ROLES + role), token, operation);
      return answer.status() == 200
          ? Optional.of(
              CredentialRequests.credentials(answer.body(), operation, "the machine's role"))
          : Optional.empty();
    } catch (StoreException.Unreachable e) {
      return Optional.empty();
    }
  }

  private CredentialRequests.Answer get(URI uri, String token, String operation)
      throws IOException {
    return requests.send(
        () -> new Request("GET", uri, Map.of(TOKEN_HEADER, token), Body.NONE), operation);
  }
}
