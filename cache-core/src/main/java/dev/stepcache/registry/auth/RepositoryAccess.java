package dev.stepcache.registry.auth;

import java.util.List;
import java.util.Optional;

/**
 * What a request wants of a repository, and of another one whose blob is to be mounted.
 *
 * @param actions as a scope names them
 * @param source the other repository, of which pulling is enough
 */
public record RepositoryAccess(String actions, Optional<String> source) {
  /** To read it (distribution, token scope, actions of a repository). */
  public static final RepositoryAccess PULL = new RepositoryAccess("pull", Optional.empty());

  /** What needs no right in any repository: the answer is about the login alone. */
  public static final RepositoryAccess LOGIN = new RepositoryAccess("", Optional.empty());

  /** To read it, and to write to it. */
  public static final RepositoryAccess PUSH = new RepositoryAccess("pull,push", Optional.empty());

  /** To push, and to read another repository of the registry from which blobs are mounted. */
  public static RepositoryAccess mountingFrom(String repository) {
    return new RepositoryAccess(PUSH.actions, Optional.of(repository));
  }

  List<String> scopes(String repository) {
    if (actions.isEmpty()) {
      return List.of();
    }
    String own = scope(repository, actions);
    return source.map(other -> List.of(own, scope(other, PULL.actions))).orElse(List.of(own));
  }

  private static String scope(String repository, String actions) {
    return "repository:" + repository + ":" + actions;
  }
}
