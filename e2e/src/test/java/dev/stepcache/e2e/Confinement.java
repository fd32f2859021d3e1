package dev.stepcache.e2e;

import com.github.dockerjava.api.command.CreateContainerCmd;
import com.github.dockerjava.api.model.Capability;
import com.github.dockerjava.api.model.HostConfig;
import java.util.List;
import java.util.Optional;

/**
 * What a cluster allows a step.
 *
 * @param user UID and GID, or the image's own
 * @param memory bytes, or no limit
 * @param locked a read-only root, no capabilities, no new privileges
 */
record Confinement(Optional<String> user, Optional<Long> memory, boolean locked) {
  private static final long SMALL = 128L << 20;

  static final Confinement NONE = new Confinement(Optional.empty(), Optional.empty(), false);

  static final Confinement ROOT = new Confinement(Optional.of("0:0"), Optional.empty(), false);

  /** OpenShift's restricted-v2, and as little memory as we promise to live with. */
  static final Confinement RESTRICTED =
      new Confinement(Optional.of("1000660000:0"), Optional.of(SMALL), true);

  /** The same for the image's own user, as where a cluster sets no user. */
  static final Confinement LOCKED = new Confinement(Optional.empty(), Optional.of(SMALL), true);

  static List<Confinement> all() {
    return List.of(NONE, ROOT, RESTRICTED, LOCKED);
  }

  /** The same for another user, of the root group: on OpenShift no UID is known beforehand. */
  Confinement as(int user) {
    return new Confinement(Optional.of(user + ":0"), memory, locked);
  }

  void confine(CreateContainerCmd create) {
    HostConfig host = create.getHostConfig();
    if (host == null) {
      throw new IllegalStateException("no host configuration to confine");
    }
    user.ifPresent(create::withUser);
    memory.ifPresent(bytes -> host.withMemory(bytes).withMemorySwap(bytes));
    if (locked) {
      host.withReadonlyRootfs(true)
          .withCapDrop(Capability.ALL)
          .withSecurityOpts(List.of("no-new-privileges"));
    }
  }
}
