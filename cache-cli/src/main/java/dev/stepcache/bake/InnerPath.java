package dev.stepcache.bake;

import dev.stepcache.text.Printable;
import dev.stepcache.tree.EntryName;
import dev.stepcache.tree.IllegalNameException;
import java.util.Set;

/**
 * A path in an image.
 *
 * @param name without the slash before it, as a layer has it; empty for the root
 */
public record InnerPath(String name) implements Comparable<InnerPath> {
  /** To make one of them a folder of ours would change it for all programs of the image. */
  private static final Set<String> OF_THE_SYSTEM =
      Set.of(
          "bin",
          "boot",
          "dev",
          "etc",
          "home",
          "lib",
          "lib32",
          "lib64",
          "media",
          "mnt",
          "opt",
          "proc",
          "root",
          "run",
          "sbin",
          "srv",
          "sys",
          "tmp",
          "usr",
          "usr/bin",
          "usr/lib",
          "usr/lib64",
          "usr/local",
          "usr/local/bin",
          "usr/sbin",
          "var",
          "var/run");

  /** What is mounted over when the image runs. */
  private static final Set<String> MOUNTED = Set.of("dev", "proc", "sys");

  /** Reads an absolute path; throws IllegalArgumentException that says what is wrong with it. */
  public static InnerPath parse(String text) {
    if (!text.startsWith("/")) {
      throw new IllegalArgumentException(
          "'" + Printable.of(text) + "' is no path in an image: wants an absolute one");
    }
    String name = text.replaceAll("/+", "/").replaceFirst("/$", "").replaceFirst("^/", "");
    if (name.isEmpty()) {
      return new InnerPath("");
    }
    try {
      return new InnerPath(new EntryName(name).value());
    } catch (IllegalNameException e) {
      throw new IllegalArgumentException(
          "'" + Printable.of(text) + "' is no path in an image: leave out '.' and '..'");
    }
  }

  boolean isRoot() {
    return name.isEmpty();
  }

  /** Whether it is one of the folders that each image has for its programs. */
  boolean isOfTheSystem() {
    return OF_THE_SYSTEM.contains(name);
  }

  /** Whether what lies there is hidden when the image runs. */
  boolean isMountedOver() {
    int slash = name.indexOf('/');
    return MOUNTED.contains(slash < 0 ? name : name.substring(0, slash));
  }

  /** Whether the other is this one, or lies below it. */
  boolean holds(InnerPath other) {
    return isRoot() || other.name.equals(name) || other.name.startsWith(name + "/");
  }

  /** A name below it. */
  InnerPath resolve(String below) {
    return below.isEmpty() ? this : new InnerPath(isRoot() ? below : name + "/" + below);
  }

  @Override
  public int compareTo(InnerPath other) {
    return EntryName.compare(name, other.name);
  }

  @Override
  public String toString() {
    return "/" + name;
  }
}
