package dev.stepcache.http;

import java.net.InetAddress;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Hosts that are reached without a proxy: names with everything below them ({@code .svc}, {@code
 * example.com}), addresses, blocks of addresses ({@code 10.0.0.0/8}), each perhaps with a port, or
 * {@code *}. A name is never looked up for it.
 */
record NoProxy(List<String> entries) {
  private static final Pattern ADDRESS = Pattern.compile("[0-9.]+|\\[?[0-9a-f.]*:[0-9a-f:.]*\\]?");

  NoProxy {
    entries = List.copyOf(entries);
  }

  static NoProxy parse(String text) {
    return new NoProxy(
        Arrays.stream(text.split("[,\\s]+", -1))
            .map(entry -> entry.strip().toLowerCase(Locale.ROOT))
            .filter(entry -> !entry.isEmpty())
            .toList());
  }

  NoProxy with(String host) {
    return new NoProxy(Stream.concat(entries.stream(), Stream.of(host)).toList());
  }

  boolean matches(String host, int port) {
    return entries.stream().anyMatch(entry -> entryMatches(entry, host, port));
  }

  private static boolean entryMatches(String entry, String host, int port) {
    if (entry.equals("*")) {
      return true;
    }
    if (entry.contains("/")) {
      return inBlock(entry, host);
    }
    int colon = entry.lastIndexOf(':');
    String name = entry;
    if (colon > 0 && (entry.indexOf(':') == colon || entry.charAt(colon - 1) == ']')) {
      if (!entry.substring(colon + 1).equals(Integer.toString(port))) {
        return false;
      }
      name = entry.substring(0, colon);
    }
    Optional<InetAddress> address = address(name);
    if (address.isPresent()) {
      return address.equals(address(host));
    }
    String suffix =
        name.startsWith("*.") ? name.substring(2) : name.startsWith(".") ? name.substring(1) : name;
    return host.equals(suffix) || host.endsWith("." + suffix);
  }

  private static boolean inBlock(String entry, String host) {
    int slash = entry.indexOf('/');
    Optional<InetAddress> block = address(entry.substring(0, slash));
    Optional<InetAddress> address = address(host);
    if (block.isEmpty() || address.isEmpty()) {
      return false;
    }
    byte[] wanted = block.get().getAddress();
    byte[] actual = address.get().getAddress();
    int bits;
    try {
      bits = Integer.parseInt(entry.substring(slash + 1));
    } catch (NumberFormatException e) {
      return false;
    }
    if (wanted.length != actual.length || bits < 0 || bits > 8 * wanted.length) {
      return false;
    }
    for (int bit = 0; bit < bits; bit++) {
      int mask = 0x80 >> (bit % 8);
      if ((wanted[bit / 8] & mask) != (actual[bit / 8] & mask)) {
        return false;
      }
    }
    return true;
  }

  private static Optional<InetAddress> address(String text) {
    if (!ADDRESS.matcher(text).matches()) {
      return Optional.empty();
    }
    try {
      return Optional.of(InetAddress.ofLiteral(text.replaceAll("[\\[\\]]", "")));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }
}
