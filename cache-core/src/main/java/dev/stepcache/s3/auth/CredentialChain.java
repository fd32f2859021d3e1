package dev.stepcache.s3.auth;

import dev.stepcache.store.StoreException;
import dev.stepcache.text.Printable;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/**
 * The first credentials that are found, as Amazon's own programs look for them: the profile that a
 * param names; the environment; a web identity (IRSA); the files; the container's service (Pod
 * Identity, ECS); the machine's. Kept until shortly before their end. Safe for use by several
 * threads.
 */
public final class CredentialChain implements Closeable {
  /** What is sent now may be looked at a while later. */
  private static final Duration MARGIN = Duration.ofMinutes(2);

  /** What is refused so soon is not refused for its age. */
  private static final Duration YOUNG = Duration.ofSeconds(30);

  private final AwsEnvironment environment;
  private final Optional<String> named;
  private final SecurityTokens tokens;
  private final MachineCredentials machine;
  private final ProfileCredentials profiles;
  private Optional<AwsCredentials> kept = Optional.empty();
  private Instant since = Instant.EPOCH;

  private CredentialChain(
      AwsEnvironment environment,
      Optional<String> named,
      SecurityTokens tokens,
      MachineCredentials machine,
      ProfileCredentials profiles) {
    this.environment = environment;
    this.named = named;
    this.tokens = tokens;
    this.machine = machine;
    this.profiles = profiles;
  }

  /**
   * @param named the profile that a param names
   * @param tokens where roles are taken
   * @param near requests to services of this machine
   */
  public static CredentialChain of(
      AwsEnvironment environment,
      Profiles profiles,
      Optional<String> named,
      SecurityTokens tokens,
      CredentialRequests near) {
    MachineCredentials machine = new MachineCredentials(environment, near);
    return new CredentialChain(
        environment,
        named,
        tokens,
        machine,
        new ProfileCredentials(profiles, environment, tokens, machine));
  }

  /** Those that are good now. */
  public synchronized AwsCredentials credentials() throws IOException {
    if (kept.isEmpty() || isOver(kept.get())) {
      kept = Optional.of(find());
      since = Instant.now();
    }
    return kept.get();
  }

  private static boolean isOver(AwsCredentials credentials) {
    return credentials.expires().filter(end -> Instant.now().plus(MARGIN).isAfter(end)).isPresent();
  }

  /**
   * Nobody took them: whether others may be found, which is so of those that are given for a time.
   */
  public synchronized boolean refused() {
    boolean renewable =
        kept.isPresent()
            && kept.get().expires().isPresent()
            && Instant.now().isAfter(since.plus(YOUNG));
    if (renewable) {
      kept = Optional.empty();
    }
    return renewable;
  }

  /** Whose they are, for people. */
  public synchronized String account() {
    return kept.map(AwsCredentials::toString).orElse("nobody yet");
  }

  private AwsCredentials find() throws IOException {
    Optional<AwsCredentials> found =
        named.isPresent() ? profiles.of(named.get()) : environment.credentialsOfVariables();
    if (found.isEmpty() && named.isPresent()) {
      throw new StoreException.MissingCredentials(
          "read AWS profile "
              + Printable.of(named.get())
              + ": it is not there, or has no credentials: correct profile in BLOB_QUERY_PARAMS, or"
              + " name its files by AWS_CONFIG_FILE and AWS_SHARED_CREDENTIALS_FILE",
          null);
    }
    if (found.isEmpty()) {
      found = byWebIdentity();
    }
    if (found.isEmpty()) {
      found = profiles.of(environment.get("AWS_PROFILE").orElse("default"));
    }
    if (found.isEmpty()) {
      found = machine.ofContainer();
    }
    if (found.isEmpty()) {
      found = machine.ofInstance();
    }
    return found.orElseThrow(() ->
        new StoreException.MissingCredentials(
            "find AWS credentials: there are none in the environment, in a profile, nor of the"
                + " container or machine: give the service account a role, name a file by"
                + " AWS_SHARED_CREDENTIALS_FILE, or write anonymous=true in BLOB_QUERY_PARAMS",
            null));
  }

  private Optional<AwsCredentials> byWebIdentity() throws IOException {
    Optional<String> token = environment.get("AWS_WEB_IDENTITY_TOKEN_FILE");
    Optional<String> role = environment.get("AWS_ROLE_ARN");
    if (token.isEmpty() || role.isEmpty()) {
      return Optional.empty();
    }
    SecurityTokens.Role wanted =
        new SecurityTokens.Role(
            role.get(),
            environment.get("AWS_ROLE_SESSION_NAME").orElse(SecurityTokens.SESSION),
            Map.of());
    return Optional.of(
        tokens.byWebIdentity(wanted, Path.of(token.get()), "role " + Printable.of(role.get())));
  }

  /** Ends what is under way. */
  @Override
  public void close() {
    tokens.requests().close();
    machine.requests().close();
  }
}
