package dev.stepcache.bake;

import dev.stepcache.text.Printable;
import dev.stepcache.tree.EntryName;
import dev.stepcache.tree.IllegalNameException;

/**
 * A file that goes into an image, or a folder with all that is in it.
 *
 * @param destination where it goes
 * @param isFolder whether a folder was meant, which is written with a slash behind it
 */
public record FilePart(Source source, InnerPath destination, boolean isFolder) {

  /** Where it comes from. */
  public sealed interface Source {}

  /**
   * From another image.
   *
   * @param image a reference, in which {@code {{os}}} and {@code {{arch}}} may stand
   */
  public record OfImage(String image, InnerPath path) implements Source {
    @Override
    public String toString() {
      return image + ":" + path;
    }
  }

  /**
   * From the workspace.
   *
   * @param path relative to the working directory; empty for all of it
   */
  public record OfWorkspace(String path) implements Source {
    @Override
    public String toString() {
      return path;
    }
  }

  /**
   * Reads {@code IMAGE:/PATH=/DESTINATION} or {@code PATH=/DESTINATION}, of folders with a slash
   * behind {@code PATH}; throws IllegalArgumentException that says what is wrong.
   */
  public static FilePart parse(String text) {
    int sign = text.lastIndexOf('=');
    if (sign <= 0) {
      throw new IllegalArgumentException(
          "'" + Printable.of(text) + "': wants IMAGE:/PATH=/DESTINATION or PATH=/DESTINATION");
    }
    String source = text.substring(0, sign);
    String given = text.substring(sign + 1);
    boolean isFolder = source.endsWith("/");
    InnerPath destination = InnerPath.parse(given);
    if (!isFolder && given.endsWith("/")) {
      int slash = source.lastIndexOf('/');
      destination = destination.resolve(source.substring(slash + 1));
    }
    if (destination.isOfTheSystem() || destination.isRoot()) {
      throw new IllegalArgumentException(
          "'" + destination + "' is a folder of the system: name what is to lie in it");
    }
    if (destination.isMountedOver()) {
      throw new IllegalArgumentException(
          "'" + destination + "' is hidden when an image runs: choose another path");
    }
    return new FilePart(source(source), destination, isFolder);
  }

  private static Source source(String text) {
    // The last one: a registry's port has no slash behind its colon, and a scheme has two.
    int colon = text.lastIndexOf(":/");
    if (colon >= 0 && !text.startsWith("://", colon)) {
      InnerPath path = InnerPath.parse(text.substring(colon + 1));
      return new OfImage(PlatformReferences.check(text.substring(0, colon)), path);
    }
    if (text.contains("://")) {
      throw new IllegalArgumentException(
          "'" + Printable.of(text) + "' names no path in an image: wants IMAGE:/PATH");
    }
    String path = text.replaceAll("/+", "/").replaceFirst("/$", "").replaceFirst("^\\./", "");
    if (text.startsWith("/")) {
      throw new IllegalArgumentException(
          "'" + Printable.of(text) + "' is not in the working directory: wants a relative path");
    }
    if (path.isEmpty() || path.equals(".")) {
      return new OfWorkspace("");
    }
    try {
      return new OfWorkspace(new EntryName(path).value());
    } catch (IllegalNameException e) {
      throw new IllegalArgumentException(
          "'" + Printable.of(text) + "' leads out of the working directory");
    }
  }
}
