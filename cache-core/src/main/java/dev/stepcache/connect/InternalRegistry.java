package dev.stepcache.connect;

import dev.stepcache.credentials.Login;
import dev.stepcache.http.Proxies;
import dev.stepcache.oci.ImageReference;
import dev.stepcache.store.StoreReference;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * OpenShift's own registry, by the name that pods know it by. A pod may use it as its service
 * account, and needs no proxy.
 *
 * @param image what is read or saved there
 */
public record InternalRegistry(ImageReference image) {
  private static final Pattern HOST =
      Pattern.compile(
          "image-registry\\.openshift-image-registry\\.svc(?:\\.cluster\\.local)?(?::[0-9]+)?");

  /** Empty where a reference is of another registry, or of a folder. */
  public static Optional<InternalRegistry> of(StoreReference reference) {
    return reference instanceof StoreReference.InRegistry(ImageReference image)
            && HOST.matcher(image.registry()).matches()
        ? Optional.of(new InternalRegistry(image))
        : Optional.empty();
  }

  /** What is wrong with the image's name; the registry itself would say it late and badly. */
  public Optional<String> mistake() {
    String[] parts = image.repository().split("/", -1);
    if (parts.length != 2) {
      return Optional.of(
          "OpenShift's registry knows exactly <namespace>/<name>, not '"
              + image.repository()
              + "': what varies goes into the tag");
    }
    if (parts[1].contains("__")) {
      return Optional.of("OpenShift's registry takes no '__' in the name '" + parts[1] + "'");
    }
    return Optional.empty();
  }

  /**
   * How to log in there.
   *
   * @param configured what a docker config says, which comes first
   * @param insecure whether anybody might be listening: then the pod's account stays at home
   * @param token of the pod's service account; may be missing
   */
  Login login(Login configured, boolean insecure, Path token) {
    if (insecure || !(configured instanceof Login.Anonymous)) {
      return configured;
    }
    return Login.ServiceAccount.in(token).orElse(configured);
  }

  Proxies proxies(Proxies usual) {
    return usual.without(image.registry().replaceFirst(":[0-9]+$", ""));
  }

  /** The command that gives the account the right to save. */
  String grant(Login login) {
    return grantOf("system:image-builder", login);
  }

  /** The command that gives the account the right to delete tags: builders have it not. */
  String grantDeleting(Login login) {
    return grantOf("registry-editor", login);
  }

  private String grantOf(String role, Login login) {
    String namespace = image.repository().replaceFirst("/.*", "");
    String account =
        switch (login) {
          case Login.ServiceAccount(Path _, String name) when name.startsWith("system:") -> name;
          case Login.ServiceAccount _,
              Login.Anonymous _,
              Login.Basic _,
              Login.IdentityToken _,
              Login.RegistryToken _ ->
              "-z <service account>";
        };
    return "oc policy add-role-to-user " + role + " " + account + " -n " + namespace;
  }
}
