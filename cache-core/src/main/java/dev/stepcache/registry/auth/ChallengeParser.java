package dev.stepcache.registry.auth;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Reads the values of WWW-Authenticate. One value may hold several challenges, values may be quoted
 * or not, and commas separate both challenges and parameters; what cannot be read is passed over.
 */
final class ChallengeParser {
  private final String text;
  private final List<Challenge> challenges = new ArrayList<>();
  private int at;

  private ChallengeParser(String text) {
    this.text = text;
  }

  static List<Challenge> parse(List<String> values) {
    List<Challenge> all = new ArrayList<>();
    for (String value : values) {
      ChallengeParser parser = new ChallengeParser(value);
      parser.run();
      all.addAll(parser.challenges);
    }
    return all;
  }

  private void run() {
    String scheme = "";
    Map<String, String> parameters = new HashMap<>();
    while (at < text.length()) {
      skip(" \t,");
      String word = word();
      if (word.isEmpty()) {
        // No token begins here: go on behind it, else this would never end.
        at++;
        continue;
      }
      skip(" \t");
      if (at < text.length() && text.charAt(at) == '=' && !scheme.isEmpty()) {
        at++;
        skip(" \t");
        parameters.putIfAbsent(word.toLowerCase(Locale.ROOT), value());
        continue;
      }
      add(scheme, parameters);
      scheme = word;
      parameters.clear();
    }
    add(scheme, parameters);
  }

  private void add(String scheme, Map<String, String> parameters) {
    if (!scheme.isEmpty()) {
      challenges.add(new Challenge(scheme, parameters));
    }
  }

  private void skip(String characters) {
    while (at < text.length() && characters.indexOf(text.charAt(at)) >= 0) {
      at++;
    }
  }

  private String word() {
    int from = at;
    while (at < text.length() && " \t,=\"".indexOf(text.charAt(at)) < 0) {
      at++;
    }
    return text.substring(from, at);
  }

  private String value() {
    if (at >= text.length() || text.charAt(at) != '"') {
      int from = at;
      while (at < text.length() && " \t,".indexOf(text.charAt(at)) < 0) {
        at++;
      }
      return text.substring(from, at);
    }
    StringBuilder value = new StringBuilder();
    for (at++; at < text.length() && text.charAt(at) != '"'; at++) {
      if (text.charAt(at) == '\\' && at + 1 < text.length()) {
        at++;
      }
      value.append(text.charAt(at));
    }
    at++;
    return value.toString();
  }
}
