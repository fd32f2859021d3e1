package dev.stepcache.http;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What a variable of the environment says of a proxy. */
sealed interface ProxySetting {
  /** A URL with a scheme (RFC 3986, 3.1), and what follows. */
  Pattern SCHEME = Pattern.compile("([A-Za-z][A-Za-z0-9+.-]*)://(.*)", Pattern.DOTALL);

  /**
   * A proxy that can be used.
   *
   * @param origin by whose scheme it is spoken to
   * @param login {@code user:password}; told only when the proxy asks for it
   */
  record Server(Origin origin, Optional<String> login) implements ProxySetting {
    /** Without the login. */
    @Override
    public String toString() {
      return origin.scheme() + "://" + origin.host() + ":" + origin.port();
    }
  }

  /**
   * A value that names none. To go round the proxy would be worse than to end.
   *
   * @param why with the variable's name, and without its value, which may hold a password
   */
  record Unusable(String why) implements ProxySetting {}

  /** Reads {@code [http[s]://][user[:password]@]host[:port][/]}; empty for an empty value. */
  static Optional<ProxySetting> of(String variable, String value) {
    String text = value.strip();
    if (text.isEmpty()) {
      return Optional.empty();
    }
    Matcher url = SCHEME.matcher(text);
    boolean named = url.matches();
    String scheme = named ? url.group(1) : "http";
    String authority = (named ? url.group(2) : text).replaceFirst("(?s)[/?#].*", "");
    int at = authority.lastIndexOf('@');
    Optional<String> login =
        at < 0 ? Optional.empty() : Optional.of(decoded(authority.substring(0, at)));
    Optional<Origin> origin = Origin.parse(scheme, authority.substring(at + 1));
    return Optional.of(
        origin
            .<ProxySetting>map(server -> new Server(server, login))
            .orElseGet(() ->
                new Unusable(
                    variable
                        + " names no proxy that can be used: [http[s]://][user:password@]"
                        + "host[:port] is what it may be, and nothing is sent without it")));
  }

  private static String decoded(String text) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    byte[] given = text.getBytes(StandardCharsets.UTF_8);
    for (int i = 0; i < given.length; i++) {
      int high = i + 2 < given.length ? Character.digit(given[i + 1], 16) : -1;
      int low = i + 2 < given.length ? Character.digit(given[i + 2], 16) : -1;
      if (given[i] == '%' && high >= 0 && low >= 0) {
        bytes.write(16 * high + low);
        i += 2;
      } else {
        bytes.write(given[i]);
      }
    }
    return bytes.toString(StandardCharsets.UTF_8);
  }
}
