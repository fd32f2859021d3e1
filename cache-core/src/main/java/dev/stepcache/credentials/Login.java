package dev.stepcache.credentials;

import java.nio.file.Path;
import java.util.Optional;

/** How to show a registry who asks. No {@code toString} shows a secret. */
public sealed interface Login {
  /** Who asks, for people: never a secret. */
  String account();

  /** The bearer token that it is itself, and that no token service has to be asked for. */
  default Optional<String> bearer() {
    return Optional.empty();
  }

  /**
   * Nobody in particular.
   *
   * @param why there is no login, for people
   */
  record Anonymous(String why) implements Login {
    /** Where no config has a login for the repository. */
    public Anonymous() {
      this("no login was found");
    }

    @Override
    public String account() {
      return "nobody (" + why + ")";
    }
  }

  /** A user and a password; a user named {@code <token>} is a user like any other. */
  record Basic(String user, String password) implements Login {
    @Override
    public String account() {
      return "user '" + user + "'";
    }

    @Override
    public String toString() {
      return "Basic[" + user + "]";
    }
  }

  /** An OAuth2 refresh token, which the registry's token service changes for a bearer token. */
  record IdentityToken(String token) implements Login {
    @Override
    public String account() {
      return "the owner of an identity token";
    }

    @Override
    public String toString() {
      return "IdentityToken";
    }
  }

  /**
   * A bearer token in a file, where its owner renews it, sent to the registry as it is.
   *
   * @param name whose token it is, such as {@code system:serviceaccount:ci:pipeline}
   */
  record ServiceAccount(Path file, String name) implements Login {
    /** The login that a file gives; empty if it holds no token. */
    public static Optional<Login> in(Path file) {
      return ServiceAccountToken.read(file)
          .map(token -> new ServiceAccount(file, ServiceAccountToken.subject(token)));
    }

    /** The token as it is now; empty if there is none that a header can carry. */
    @Override
    public Optional<String> bearer() {
      return ServiceAccountToken.read(file);
    }

    @Override
    public String account() {
      return "service account '" + name + "'";
    }
  }

  /** A bearer token, sent to the registry as it is. */
  record RegistryToken(String token) implements Login {
    @Override
    public Optional<String> bearer() {
      return Optional.of(token);
    }

    @Override
    public String account() {
      return "the owner of a registry token";
    }

    @Override
    public String toString() {
      return "RegistryToken";
    }
  }
}
