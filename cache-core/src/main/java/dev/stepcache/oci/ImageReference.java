package dev.stepcache.oci;

import dev.stepcache.text.Printable;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A manifest in a registry: {@code host[:port]/name[:tag][@digest]}. Unlike docker's, the host is
 * never left out. A digest outranks a tag; neither means the tag {@code latest}.
 *
 * @param registry host name or address, with its port where one is given
 * @param repository the name of the distribution specification, without host and tag
 */
public record ImageReference(String registry, String repository, TagOrDigest selector) {
  private static final Pattern REGISTRY =
      Pattern.compile(
          "(?:\\[[0-9a-fA-F:]+\\]|[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?"
              + "(?:\\.[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?)*)(?::[0-9]{1,5})?");
  private static final Pattern REPOSITORY =
      Pattern.compile(
          "[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*(?:/[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*)*");
  private static final int LONGEST_REPOSITORY = 255;
  private static final int LARGEST_PORT = 65_535;

  public ImageReference {
    refuseLogin(registry);
    if (!REGISTRY.matcher(registry).matches()) {
      throw new IllegalArgumentException(
          "'" + Printable.of(registry) + "' is no registry: wants host or host:port");
    }
    int colon = registry.lastIndexOf(':');
    if (colon > registry.lastIndexOf(']')) {
      int port = Integer.parseInt(registry.substring(colon + 1));
      if (port == 0 || port > LARGEST_PORT) {
        throw new IllegalArgumentException(
            "'" + registry + "' has no port that can be: wants 1 to " + LARGEST_PORT);
      }
    }
    if (!REPOSITORY.matcher(repository).matches() || repository.length() > LONGEST_REPOSITORY) {
      throw new IllegalArgumentException(
          "'"
              + Printable.of(repository)
              + "' is no repository: wants lower-case letters and digits, joined by '/', '.', '_'"
              + " or '-', at most 255");
    }
  }

  /** Reads a reference without scheme; throws IllegalArgumentException that says what is wrong. */
  public static ImageReference parse(String text) {
    int slash = text.indexOf('/');
    if (slash < 0) {
      if (text.indexOf(':') < text.indexOf('@')) {
        refuseLogin(text);
      }
      throw new IllegalArgumentException(
          "'" + Printable.of(text) + "' is no image reference: wants host/name:tag");
    }
    String registry = text.substring(0, slash);
    String rest = text.substring(slash + 1);
    TagOrDigest selector = new Tag("latest");
    int at = rest.indexOf('@');
    String digest = at < 0 ? "" : rest.substring(at + 1);
    rest = at < 0 ? rest : rest.substring(0, at);
    int colon = rest.indexOf(':');
    if (colon >= 0) {
      selector = new Tag(rest.substring(colon + 1));
      rest = rest.substring(0, colon);
    }
    if (at >= 0) {
      selector = Digest.parse(digest);
    }
    return new ImageReference(registry, rest, selector);
  }

  /** A login is a secret: it is not repeated in the message. */
  private static void refuseLogin(String registry) {
    int login = registry.lastIndexOf('@');
    if (login >= 0) {
      throw new IllegalArgumentException(
          "no login stands in a reference: leave out what is before '@"
              + Printable.of(registry.substring(login + 1))
              + "', and log in by a docker config");
    }
  }

  /** The same repository, with another tag or digest. */
  public ImageReference with(TagOrDigest other) {
    return new ImageReference(registry, repository, other);
  }

  /** All components of the repository but the last one; empty where there is only one. */
  public Optional<String> namespace() {
    int slash = repository.lastIndexOf('/');
    return slash < 0 ? Optional.empty() : Optional.of(repository.substring(0, slash));
  }

  @Override
  public String toString() {
    return registry + "/" + repository + selector.suffix();
  }
}
