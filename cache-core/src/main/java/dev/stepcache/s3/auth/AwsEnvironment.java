package dev.stepcache.s3.auth;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * What the environment says to programs of AWS; holds secrets.
 *
 * @param variables by their names; an empty one is not given
 * @param config the one file of profiles, where a param names it
 * @param credentials the same of credentials
 */
public record AwsEnvironment(
    Map<String, String> variables, Optional<Path> config, Optional<Path> credentials) {
  public AwsEnvironment {
    variables = Map.copyOf(variables);
  }

  /** A variable that is given. */
  public Optional<String> get(String name) {
    return Optional.ofNullable(variables.get(name))
        .map(String::strip)
        .filter(value -> !value.isEmpty());
  }

  /** Those that it holds itself. */
  Optional<AwsCredentials> credentialsOfVariables() {
    Optional<String> key = get("AWS_ACCESS_KEY_ID");
    Optional<String> secret = get("AWS_SECRET_ACCESS_KEY");
    return key.isEmpty() || secret.isEmpty()
        ? Optional.empty()
        : Optional.of(
            new AwsCredentials(
                key.get(),
                secret.get(),
                get("AWS_SESSION_TOKEN"),
                Optional.empty(),
                "the environment"));
  }

  /** The file of profiles. */
  public Optional<Profiles.Source> configFile() {
    return file(config, "AWS_CONFIG_FILE", ".aws/config");
  }

  /** The file of credentials. */
  public Optional<Profiles.Source> credentialsFile() {
    return file(credentials, "AWS_SHARED_CREDENTIALS_FILE", ".aws/credentials");
  }

  private Optional<Profiles.Source> file(Optional<Path> param, String variable, String usual) {
    return param
        .or(() -> get(variable).map(Path::of))
        .map(file -> new Profiles.Source(file, true, variable))
        .or(() ->
            get("HOME").map(home -> new Profiles.Source(Path.of(home, usual), false, variable)));
  }

  /** A switch that is on. */
  public boolean isTrue(String name) {
    return get(name).filter(value -> value.equalsIgnoreCase("true")).isPresent();
  }

  @Override
  public String toString() {
    return "AwsEnvironment";
  }
}
