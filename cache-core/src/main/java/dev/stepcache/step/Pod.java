package dev.stepcache.step;

import dev.stepcache.connect.Connection;
import dev.stepcache.disk.Mount;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * What Tekton gives each step of a pod besides its params.
 *
 * @param root where the step's file system begins; another folder than {@code /} in tests only
 * @param around what else is around the step, where it is no Tekton that starts it
 */
record Pod(Path root, Optional<StepContext> around) {
  Pod(Path root) {
    this(root, Optional.empty());
  }

  static Pod here() {
    return new Pod(Path.of("/"));
  }

  /** No pod, but what somebody else than Tekton gives. */
  static Pod around(StepContext context) {
    return new Pod(Path.of("/"), Optional.of(context));
  }

  /** A connection, with what is known besides the params. */
  Connection connecting(Connection connection) {
    return around.isPresent() ? around.get().connecting().apply(connection) : connection;
  }

  /** Tells the results to whoever is no Tekton. */
  void tell(Map<String, String> results) {
    if (around.isPresent()) {
      around.get().results().accept(results);
    }
  }

  /** The token of the pod's service account; may be missing, and is renewed now and then. */
  Path serviceAccountToken() {
    return root.resolve("var/run/secrets/kubernetes.io/serviceaccount/token");
  }

  /** OpenShift's authority of the cluster's own services; may be missing. */
  Path serviceAuthority() {
    return root.resolve("var/run/secrets/kubernetes.io/serviceaccount/service-ca.crt");
  }

  /** The folder that all steps of a pod share, whoever they run as; empty outside Tekton. */
  Optional<Path> shared() {
    if (around.isPresent()) {
      return around.get().shared();
    }
    Path home = root.resolve("tekton/home");
    return Files.isDirectory(home) ? Optional.of(home) : Optional.empty();
  }

  /** Where each step of the task has a folder with what became of it. */
  Path steps() {
    return root.resolve("tekton/steps");
  }

  /**
   * Whether a path lies on the step's own root file system, which no other step will ever see. Told
   * by mountinfo (proc(5)), and only where Tekton runs the step.
   */
  boolean isUnshared(Path path) {
    if (!Files.exists(root.resolve("tekton/run"))) {
      return false;
    }
    try {
      Path there = path;
      while (!Files.exists(there)) {
        there = Objects.requireNonNull(there.getParent());
      }
      Path real = there.toRealPath();
      return Mount.in(root.resolve("proc/self/mountinfo")).stream()
          .map(Mount::folder)
          .filter(real::startsWith)
          .allMatch(mount -> mount.getNameCount() == 0);
    } catch (IOException | RuntimeException e) {
      // Not knowing is no reason to leave a cache alone.
      return false;
    }
  }
}
