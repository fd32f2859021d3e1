package dev.stepcache.oauth;

import dev.stepcache.objects.StandInServer;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/** Stands in for the token services of three clouds and for the metadata services beside a pod. */
public final class LoginStandIn extends StandInServer {
  /** What all of them give. */
  public static final String GIVEN = "g1ven";

  private static final String ROLES = "/latest/meta-data/iam/security-credentials/";

  /** Over plain http, where no secret would be sent but to this machine. */
  public LoginStandIn() {}

  /**
   * @param keys of its https, a resource
   */
  public LoginStandIn(String keys) {
    super(keys);
  }

  @Override
  protected Answer answer(Asked asked) {
    String form = new String(asked.body(), StandardCharsets.UTF_8);
    String answer =
        switch (asked.path()) {
          case "/" -> role(form.contains("WithWebIdentity"));
          case "/v1/credentials", ROLES + "role" ->
              "{\"AccessKeyId\":\"ASIA\",\"SecretAccessKey\":\""
                  + GIVEN
                  + "\",\"Token\":\"session\",\"Expiration\":\"2100-01-01T00:00:00Z\"}";
          case "/latest/api/token" -> "session";
          case ROLES -> "role";
          case "/subject" -> "a.b.c";
          case "/impersonate" ->
              "{\"accessToken\":\"" + GIVEN + "\",\"expireTime\":\"2100-01-01T00:00:00Z\"}";
          default ->
              "{\"access_token\":\"" + GIVEN + "\",\"expires_in\":3599,\"token_type\":\"Bearer\"}";
        };
    return Answer.of(200, Map.of(), answer);
  }

  private static String role(boolean byToken) {
    String action = byToken ? "AssumeRoleWithWebIdentity" : "AssumeRole";
    return "<"
        + action
        + "Response><"
        + action
        + "Result><Credentials><AccessKeyId>ASIA</AccessKeyId><SecretAccessKey>"
        + GIVEN
        + "</SecretAccessKey><SessionToken>session</SessionToken>"
        + "<Expiration>2100-01-01T00:00:00Z</Expiration></Credentials></"
        + action
        + "Result></"
        + action
        + "Response>";
  }
}
