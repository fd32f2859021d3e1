package dev.stepcache.s3.auth;

import dev.stepcache.store.StoreException;
import dev.stepcache.text.Printable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Credentials of a profile: keys, or a role that is taken as another profile, by a token, or as the
 * machine. No program is run, and nobody is asked for a code.
 *
 * @param profiles of both files
 * @param environment where a profile's credential_source points to
 * @param tokens where roles are taken
 * @param machine what the machine gives
 */
record ProfileCredentials(
    Profiles profiles,
    AwsEnvironment environment,
    SecurityTokens tokens,
    MachineCredentials machine) {
  private static final List<String> FOR_PEOPLE =
      List.of("credential_process", "sso_session", "sso_start_url", "sso_account_id");

  /**
   * @param name of the profile
   * @return empty where it has none, or there is no such profile
   */
  Optional<AwsCredentials> of(String name) throws IOException {
    return follow(name, new HashSet<>());
  }

  private Optional<AwsCredentials> follow(String name, Set<String> seen) throws IOException {
    Optional<Profiles.Profile> profile = profiles.profile(name);
    if (profile.isEmpty()) {
      return Optional.empty();
    }
    Optional<String> role = profile.get().get("role_arn");
    // A profile whose role is taken as itself has keys for that.
    boolean again = !seen.add(name);
    if (role.isPresent() && !again) {
      return Optional.of(roleOf(profile.get(), role.get(), seen));
    }
    if (role.isPresent() && keys(profile.get()).isEmpty()) {
      throw mistake(name, "its source_profile leads back to itself");
    }
    Optional<AwsCredentials> keys = keys(profile.get());
    if (keys.isEmpty()) {
      for (String other : FOR_PEOPLE) {
        if (profile.get().get(other).isPresent()) {
          throw mistake(name, other + " is for people, or runs a program: use keys or a role");
        }
      }
    }
    return keys;
  }

  private static Optional<AwsCredentials> keys(Profiles.Profile profile) throws StoreException {
    Optional<String> key = profile.get("aws_access_key_id");
    Optional<String> secret = profile.get("aws_secret_access_key");
    if (key.isPresent() != secret.isPresent()) {
      throw mistake(
          profile.name(), "it has one of aws_access_key_id and aws_secret_access_key: give both");
    }
    return key.map(found ->
        new AwsCredentials(
            found,
            secret.orElseThrow(),
            profile.get("aws_session_token"),
            Optional.empty(),
            "profile " + Printable.of(profile.name())));
  }

  private AwsCredentials roleOf(Profiles.Profile profile, String arn, Set<String> seen)
      throws IOException {
    if (profile.get("mfa_serial").isPresent()) {
      throw mistake(profile.name(), "mfa_serial wants a person with a code: use another role");
    }
    Map<String, String> more = new HashMap<>();
    profile.get("external_id").ifPresent(id -> more.put("ExternalId", id));
    profile.get("duration_seconds").ifPresent(time -> more.put("DurationSeconds", time));
    SecurityTokens.Role role =
        new SecurityTokens.Role(
            arn, profile.get("role_session_name").orElse(SecurityTokens.SESSION), more);
    String origin = "role " + Printable.of(arn);
    Optional<String> token = profile.get("web_identity_token_file");
    if (token.isPresent()) {
      more.remove("ExternalId");
      return tokens.byWebIdentity(role, Path.of(token.get()), origin);
    }
    Optional<String> source = profile.get("source_profile");
    Optional<AwsCredentials> account =
        source.isPresent() ? follow(source.get(), seen) : bySource(profile);
    return tokens.as(
        account.orElseThrow(() ->
            mistake(
                profile.name(),
                source
                        .map(name -> "its source_profile " + Printable.of(name) + " gives none")
                        .orElse("it says not as whom its role is taken")
                    + ": name by source_profile a profile with keys")),
        role,
        origin);
  }

  private Optional<AwsCredentials> bySource(Profiles.Profile profile) throws IOException {
    return switch (profile.get("credential_source").orElse("")) {
      case "Environment" -> environment.credentialsOfVariables();
      case "EcsContainer" -> machine.ofContainer();
      case "Ec2InstanceMetadata" -> machine.ofInstance();
      default -> Optional.empty();
    };
  }

  private static StoreException mistake(String profile, String what) {
    return new StoreException.MissingCredentials(
        "read AWS profile " + Printable.of(profile) + ": " + what, null);
  }
}
