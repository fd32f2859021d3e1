package dev.stepcache.http;

import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Reads URLs that a registry gave, and refuses those that no honest registry gives. */
public final class RedirectPolicy {
  private static final Set<String> METADATA = Set.of("metadata.google.internal", "metadata");

  /** Of Alibaba, Azure, Oracle and AWS; that of most others is link-local. */
  private static final Set<InetAddress> METADATA_ADDRESSES =
      Stream.of("100.100.100.200", "168.63.129.16", "192.0.0.192", "fd00:ec2::254")
          .map(InetAddress::ofLiteral)
          .collect(Collectors.toUnmodifiableSet());

  private RedirectPolicy() {}

  /** An absolute http or https URL without user info, as curl reads it; empty for another. */
  public static Optional<URI> parse(String text) {
    return Urls.parse(text);
  }

  /** The same, where the text may be relative to a base. */
  public static Optional<URI> resolve(URI base, String text) {
    return Urls.resolve(base, text);
  }

  /** What speaks against following a registry's word to a URL; empty if nothing does. */
  public static Optional<String> violation(Origin from, URI to) {
    Origin target = Origin.of(to);
    if (from.secure() && !target.secure()) {
      return Optional.of("leads from https to http");
    }
    if (!target.host().equals(from.host()) && isInternal(target.host())) {
      return Optional.of("leads to a link-local or metadata address");
    }
    return Optional.empty();
  }

  private static boolean isInternal(String host) {
    if (METADATA.contains(host)) {
      return true;
    }
    try {
      for (InetAddress address : InetAddress.getAllByName(host)) {
        if (address.isLinkLocalAddress()
            || address.isAnyLocalAddress()
            || address.isMulticastAddress()
            || METADATA_ADDRESSES.contains(address)) {
          return true;
        }
      }
      return false;
    } catch (UnknownHostException e) {
      // A proxy may know it; without one the connection fails by itself.
      return false;
    }
  }

  /** The URL for people: without its query, which may be a signature. */
  public static String shown(URI uri) {
    Origin origin = Origin.of(uri);
    return origin.scheme() + "://" + origin.host() + ":" + origin.port() + uri.getRawPath();
  }
}
