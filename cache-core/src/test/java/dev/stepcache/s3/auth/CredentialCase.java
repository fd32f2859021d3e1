package dev.stepcache.s3.auth;

import dev.stepcache.http.Limits;
import dev.stepcache.http.Proxies;
import dev.stepcache.http.Trust;
import dev.stepcache.http.Wire;
import dev.stepcache.s3.ScriptedServer.Answer;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.io.TempDir;

/** Credentials that are found in an environment. */
abstract class CredentialCase {
  static final String ROLE = "arn:aws:iam::123456789012:role/ci";

  @TempDir Path folder;

  final Map<String, String> variables = new TreeMap<>(Map.of("AWS_EC2_METADATA_DISABLED", "true"));
  Optional<String> named = Optional.empty();
  String tokens = "http://127.0.0.1:9";
  boolean insecure = true;

  CredentialChain chain() throws IOException {
    AwsEnvironment environment = new AwsEnvironment(variables, Optional.empty(), Optional.empty());
    return CredentialChain.of(
        environment,
        Profiles.read(environment.configFile(), environment.credentialsFile()),
        named,
        new SecurityTokens(
            CredentialRequests.far(wire(Limits.STANDARD), retry -> {}, "the token service"),
            URI.create(tokens),
            "eu-west-1",
            insecure),
        CredentialRequests.near(wire(CredentialRequests.NEAR), retry -> {}, "the service"));
  }

  static Wire wire(Limits limits) {
    return new Wire(Trust.JDK_ROOTS, false, Proxies.NONE, limits);
  }

  AwsCredentials found() throws IOException {
    try (CredentialChain chain = chain()) {
      return chain.credentials();
    }
  }

  void profiles(String config, String credentials) throws IOException {
    variables.put(
        "AWS_CONFIG_FILE", Files.writeString(folder.resolve("config"), config).toString());
    variables.put(
        "AWS_SHARED_CREDENTIALS_FILE",
        Files.writeString(folder.resolve("credentials"), credentials).toString());
  }

  static Answer role(String action, Instant end) {
    return new Answer(
        200,
        Map.of("Content-Type", "text/xml"),
        """
        <%1$sResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><%1$sResult>
          <Credentials><AccessKeyId>ASIAROLE</AccessKeyId>
            <SecretAccessKey>role-secret</SecretAccessKey><SessionToken>role-token</SessionToken>
            <Expiration>%2$s</Expiration></Credentials>
        </%1$sResult></%1$sResponse>\
        """
            .formatted(action, end));
  }

  static Answer json(Instant end) {
    return new Answer(
        200,
        Map.of(),
        """
        {"Code": "Success", "AccessKeyId": "ASIAPOD", "SecretAccessKey": "pod-secret",
         "Token": "pod-token", "Expiration": "%s"}\
        """
            .formatted(end));
  }

  static Instant later() {
    return Instant.now().plus(Duration.ofHours(1));
  }
}
