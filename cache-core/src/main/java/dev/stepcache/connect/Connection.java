package dev.stepcache.connect;

import dev.stepcache.credentials.CredentialProgram;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * How the stores of a run are reached, whichever they are.
 *
 * @param insecure whether plain HTTP and certificates that nobody believes will do
 * @param certificateAuthority a file of certificates to trust besides the usual ones; absolute
 * @param dockerConfig the one place of logins, where it is named; absolute, not looked at
 * @param environment where proxies, certificates and docker configs are named besides; holds
 *     secrets
 * @param openShift what a cluster gives each pod, where that is to be used
 * @param buckets how buckets are reached
 * @param helpers runs what a docker config leaves a login to; empty where no program is run
 */
public record Connection(
    boolean insecure,
    Optional<Path> certificateAuthority,
    Optional<Path> dockerConfig,
    Map<String, String> environment,
    Optional<OpenShift> openShift,
    BucketSettings buckets,
    Optional<CredentialProgram> helpers) {
  /** Of a step, which runs no programs. */
  public Connection(
      boolean insecure,
      Optional<Path> certificateAuthority,
      Optional<Path> dockerConfig,
      Map<String, String> environment,
      Optional<OpenShift> openShift) {
    this(
        insecure,
        certificateAuthority,
        dockerConfig,
        environment,
        openShift,
        BucketSettings.NONE,
        Optional.empty());
  }

  public Connection {
    environment = Map.copyOf(environment);
  }

  /**
   * Files that OpenShift puts into each pod; any may be missing.
   *
   * @param serviceAccountToken the token of the pod's service account, renewed now and then
   * @param serviceAuthority the authority of the cluster's own services
   */
  public record OpenShift(Path serviceAccountToken, Path serviceAuthority) {}

  /** With programs that are asked for logins. */
  public Connection with(CredentialProgram others) {
    return new Connection(
        insecure,
        certificateAuthority,
        dockerConfig,
        environment,
        openShift,
        buckets,
        Optional.of(others));
  }

  /** With what buckets want to know. */
  public Connection with(BucketSettings others) {
    return new Connection(
        insecure, certificateAuthority, dockerConfig, environment, openShift, others, helpers);
  }

  /** Without the environment and what is said of buckets, which may hold secrets. */
  @Override
  public String toString() {
    return "Connection[insecure="
        + insecure
        + ", certificateAuthority="
        + certificateAuthority
        + ", dockerConfig="
        + dockerConfig
        + ", openShift="
        + openShift
        + "]";
  }
}
