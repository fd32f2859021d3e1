package dev.stepcache.s3.auth;

import dev.stepcache.http.Body;
import dev.stepcache.http.Request;
import dev.stepcache.oci.Digest;
import dev.stepcache.oci.MalformedDocumentException;
import dev.stepcache.store.StoreException;
import dev.stepcache.text.Printable;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Amazon's Security Token Service: roles for those who may take them (STS API, 2011-06-15).
 *
 * @param requests to it
 * @param endpoint its URL, without a path
 * @param region in which its requests are signed
 * @param insecure whether plain http will do
 */
public record SecurityTokens(
    CredentialRequests requests, URI endpoint, String region, boolean insecure) {
  static final String SESSION = "stepcache";

  private static final String CURE =
      ": let the role's trust policy name this account, and correct role_arn or AWS_ROLE_ARN";

  /**
   * A role.
   *
   * @param session its name in Amazon's logs
   * @param more such as ExternalId
   */
  record Role(String arn, String session, Map<String, String> more) {}

  /** Takes a role by a token, which a cluster renews in its file (IRSA). */
  AwsCredentials byWebIdentity(Role role, Path token, String origin) throws IOException {
    String operation = "take the role " + Printable.of(role.arn());
    String text;
    try {
      text = Files.readString(token, StandardCharsets.UTF_8).strip();
    } catch (IOException e) {
      throw new StoreException.MissingCredentials(
          operation
              + ": the token '"
              + Printable.of(token.toString())
              + "' cannot be read: mount it into the step, or correct AWS_WEB_IDENTITY_TOKEN_FILE",
          e);
    }
    Map<String, String> fields = fields("AssumeRoleWithWebIdentity", role);
    fields.put("WebIdentityToken", text);
    Request request = request(fields, operation);
    return read(
        requests.send(() -> request, operation),
        "AssumeRoleWithWebIdentityResult",
        operation,
        origin);
  }

  /** Takes a role as someone who is known. */
  AwsCredentials as(AwsCredentials account, Role role, String origin) throws IOException {
    String operation = "take the role " + Printable.of(role.arn()) + " as " + account;
    Request request = request(fields("AssumeRole", role), operation);
    String digest = Digest.of(((Body.Bytes) request.body()).content()).hex();
    RequestSignature signature = new RequestSignature(account, region, "sts");
    return read(
        requests.send(
            () ->
                signature.sign(
                    request.with("Content-Type", "application/x-www-form-urlencoded"),
                    digest,
                    Instant.now()),
            operation),
        "AssumeRoleResult",
        operation,
        origin);
  }

  private static Map<String, String> fields(String action, Role role) {
    Map<String, String> fields = new TreeMap<>(role.more());
    fields.put("Action", action);
    fields.put("Version", "2011-06-15");
    fields.put("RoleArn", role.arn());
    fields.put("RoleSessionName", role.session());
    return fields;
  }

  private Request request(Map<String, String> fields, String operation) throws StoreException {
    if (!insecure && !"https".equals(endpoint.getScheme())) {
      throw new StoreException.Untrusted(
          operation
              + ": the token service is plain http: write https:// in AWS_ENDPOINT_URL_STS (or where"
              + " AWS_ENDPOINT_URL or a profile names it), or set INSECURE to true",
          null);
    }
    byte[] form = AwsEscapes.query(fields).getBytes(StandardCharsets.US_ASCII);
    return new Request(
        "POST",
        URI.create(endpoint + "/"),
        Map.of(),
        new Body.Bytes("application/x-www-form-urlencoded", form));
  }

  private static AwsCredentials read(
      CredentialRequests.Answer answer, String result, String operation, String origin)
      throws StoreException {
    XmlElement document;
    try {
      document = XmlElement.parse(answer.body());
    } catch (MalformedDocumentException e) {
      throw new StoreException.Rejected(
          operation + ": the token service answered " + answer.status() + " and no XML");
    }
    if (answer.status() != 200) {
      throw new StoreException.Unauthorized(
          operation
              + ": the token service answered "
              + answer.status()
              + " "
              + document.text("Error", "Code")
              + " ("
              + Printable.name(document.text("Error", "Message"))
              + ")"
              + CURE);
    }
    Optional<AwsCredentials> given =
        document
            .find(result, "Credentials")
            .map(found ->
                new AwsCredentials(
                    found.text("AccessKeyId"),
                    found.text("SecretAccessKey"),
                    Optional.of(found.text("SessionToken")),
                    expiration(found.text("Expiration")),
                    origin))
            .filter(AwsCredentials::areUsable);
    return given.orElseThrow(() ->
        new StoreException.Rejected(
            operation + ": the token service answered without credentials"));
  }

  private static Optional<Instant> expiration(String text) {
    try {
      return Optional.of(Instant.parse(text));
    } catch (DateTimeException e) {
      return Optional.empty();
    }
  }
}
