package dev.stepcache.registry;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.Arguments;

/** Everything that a server of HTTP can do wrong, by name. */
public final class FaultModes {
  private static final String OK = "HTTP/1.1 200 OK\r\n";

  private FaultModes() {}

  /**
   * A kind of request.
   *
   * @param part of its path or query
   * @param always whether the fault is met by all of them, or by one
   */
  public record Place(String method, String part, boolean always) {
    /** Met by one. */
    public Place(String method, String part) {
      this(method, part, false);
    }
  }

  /** A fault, set up on a server or on the wire before it. */
  public interface Mode {
    void at(FaultRules server, FaultyWire wire, Place place);
  }

  private static Mode http(Fault fault) {
    return (server, wire, place) -> {
      if (place.always()) {
        server.always(place.method(), place.part(), fault);
      } else {
        server.fault(place.method(), place.part(), fault);
      }
    };
  }

  private static Mode below(WireFault fault) {
    return (server, wire, place) -> {
      if (place.always()) {
        wire.always(place.method(), place.part(), fault);
      } else {
        wire.fault(place.method(), place.part(), fault);
      }
    };
  }

  /** Name and mode. */
  public static Stream<Arguments> all() {
    List<Arguments> modes = new ArrayList<>();
    for (int status :
        new int[] {
          204, 206, 301, 400, 401, 403, 404, 408, 410, 416, 429, 451, 500, 501, 502, 503, 504, 505,
          599
        }) {
      add(modes, "status " + status, http(Fault.status(status)));
    }
    add(modes, "empty 200", http(Fault.status(200, "")));
    add(modes, "another 200", http(Fault.status(200, "{}")));
    add(modes, "web page", http(Fault.status(200, "<html>log in</html>")));
    add(
        modes,
        "odd challenge",
        http(Fault.status(401, "{}", "WWW-Authenticate", "Basic realm=a,error=\"b\"")));
    add(
        modes,
        "challenge from hell",
        http(Fault.status(401, "", "WWW-Authenticate", "Bearer realm=\"file:///etc/passwd\"")));
    add(modes, "tomorrow", http(Fault.status(429, "", "Retry-After", "86400")));
    add(modes, "in aeons", http(Fault.status(503, "", "Retry-After", "9".repeat(30))));
    add(modes, "at no time", http(Fault.status(503, "", "Retry-After", "soon")));
    add(modes, "circle", http(Fault.redirect("?again")));
    add(modes, "redirect nowhere", http(Fault.redirect("http://nowhere.invalid/")));
    add(modes, "redirect to a file", http(Fault.redirect("file:///etc/passwd")));
    add(modes, "redirect to metadata", http(Fault.redirect("http://169.254.169.254/x")));
    add(modes, "redirect to no port", http(Fault.redirect("http://127.0.0.1:99999/x")));
    add(modes, "redirect without target", http(Fault.status(307, "")));
    add(modes, "reset", http(Fault.reset()));
    add(modes, "reset below", below(WireFault.resetsAfter("")));
    add(modes, "reset in the head", below(WireFault.resetsAfter("HTTP/1.1 200 OK\r\nConte")));
    add(
        modes,
        "reset in the body",
        below(WireFault.resetsAfter(OK + "Content-Length: 100000\r\n\r\nabc")));
    add(modes, "silence", below(WireFault.silentAfter("")));
    add(modes, "silence in the head", below(WireFault.silentAfter(OK + "Conte")));
    add(
        modes,
        "silence in the body",
        below(WireFault.silentAfter(OK + "Content-Length: 100000\r\n\r\nabc")));
    add(modes, "garbage", below(WireFault.garbage()));
    add(modes, "no HTTP", below(WireFault.says("SSH-2.0-OpenSSH_9.9\r\n")));
    add(modes, "no status", below(WireFault.says("HTTP/1.1 \r\n\r\n")));
    add(modes, "status of letters", below(WireFault.says("HTTP/1.1 abc OK\r\n\r\n")));
    add(modes, "body cut", below(WireFault.says(OK + "Content-Length: 100000\r\n\r\nabc")));
    add(modes, "length too small", below(WireFault.says(OK + "Content-Length: 1\r\n\r\n{}...")));
    add(modes, "length negative", below(WireFault.says(OK + "Content-Length: -5\r\n\r\n{}")));
    add(modes, "length of letters", below(WireFault.says(OK + "Content-Length: abc\r\n\r\n{}")));
    add(
        modes,
        "length beyond all",
        below(WireFault.says(OK + "Content-Length: 9999999999999999999999\r\n\r\n{}")));
    add(
        modes,
        "chunks cut",
        below(WireFault.says(OK + "Transfer-Encoding: chunked\r\n\r\n400\r\nabc")));
    add(
        modes,
        "chunks of letters",
        below(WireFault.says(OK + "Transfer-Encoding: chunked\r\n\r\nxyz\r\nabc")));
    add(
        modes,
        "endless chunks",
        below(WireFault.endless(OK + "Transfer-Encoding: chunked\r\n\r\n", "4\r\nabcd\r\n")));
    add(modes, "endless body", below(WireFault.endless(OK + "\r\n", "{\"token\":\"")));
    add(
        modes,
        "a gibibyte",
        below(WireFault.endless(OK + "Content-Length: 1073741824\r\n\r\n", "{\"a\":")));
    add(
        modes,
        "huge header",
        below(WireFault.says(OK + "X: " + "x".repeat(1 << 20) + "\r\n\r\n{}")));
    add(modes, "endless header", below(WireFault.endless(OK + "X: ", "x")));
    add(modes, "endless headers", below(WireFault.endless(OK, "X: y\r\n")));
    add(modes, "interim for ever", below(WireFault.endless("", "HTTP/1.1 100 Continue\r\n\r\n")));
    add(modes, "compressed on the way", http(Fault.status(200, "abc", "Content-Encoding", "gzip")));
    add(modes, "part of nothing", http(Fault.status(206, "abc", "Content-Range", "bytes 7-9/100")));
    add(modes, "part of all", http(Fault.status(206, "abc", "Content-Range", "bytes 0-2/3")));
    add(modes, "early refusal", http(Fault.unread(403, "{}")));
    add(modes, "early end", http(Fault.unread(503, "{}")));
    add(modes, "half a document", http(Fault.status(200, "{\"access_token\":\"ya29.half")));
    add(modes, "a document's beginning", http(Fault.status(200, "<?xml version=\"1.0\"?><Error>")));
    add(modes, "silent body", http(Fault.silence(10)));
    add(modes, "flip", http(Fault.flip()));
    add(modes, "cut", http(Fault.cut(10)));
    return modes.stream();
  }

  private static void add(List<Arguments> modes, String name, Mode mode) {
    modes.add(Arguments.of(name, mode));
  }

  /**
   * Where a mode is tried: once at one of the kinds and for ever at another, which take turns.
   *
   * @param all whether it is tried so at each of them
   */
  public static List<Place> places(List<Place> kinds, String mode, boolean all) {
    List<Place> places = new ArrayList<>();
    int turn = Math.floorMod(mode.hashCode(), kinds.size());
    for (int at = 0; at < kinds.size(); at++) {
      Place kind = kinds.get((turn + at) % kinds.size());
      if (all || at == 0) {
        places.add(kind);
      }
      if (all || at == 1 || kinds.size() == 1) {
        places.add(new Place(kind.method(), kind.part(), true));
      }
    }
    return places;
  }
}
