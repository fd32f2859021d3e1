package dev.stepcache.registry.auth;

/** What a request wants of a repository. */
public enum Access {
  PULL("pull"),
  PUSH("pull,push");

  private final String actions;

  Access(String actions) {
    this.actions = actions;
  }

  String scope(String repository) {
    return "repository:" + repository + ":" + actions;
  }
}
