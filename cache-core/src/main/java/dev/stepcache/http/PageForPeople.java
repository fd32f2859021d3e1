package dev.stepcache.http;

import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * A page of HTML where a program was to be answered: of a login, of a console, of a network that
 * wants its guests to agree to something. It says nothing about what is stored.
 */
public final class PageForPeople {
  private PageForPeople() {}

  /** Whether a body that begins so is one. */
  public static boolean begins(byte[] body) {
    String start = new String(body, StandardCharsets.UTF_8).strip().toLowerCase(Locale.ROOT);
    return start.startsWith("<!doctype html") || start.startsWith("<html");
  }

  /** Whether an answer says that it is one. */
  public static boolean isType(Response answer) {
    return answer
        .header("Content-Type")
        .orElse("")
        .toLowerCase(Locale.ROOT)
        .startsWith("text/html");
  }
}
