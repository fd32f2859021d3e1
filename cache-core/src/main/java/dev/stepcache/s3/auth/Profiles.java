package dev.stepcache.s3.auth;

import dev.stepcache.store.StoreException;
import dev.stepcache.text.Printable;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The profiles of AWS's two files, config and credentials: sections of {@code name = value}. Where
 * both have a value, the one of credentials counts.
 */
public final class Profiles {
  /** Names and values of each section of config, and of each profile. */
  private final Map<String, Map<String, String>> sections = new HashMap<>();

  private static final long LARGEST = 1 << 20;
  private static final String SERVICES = "services ";

  private Profiles() {}

  /**
   * Where a file is.
   *
   * @param demanded whether it must be there, and readable
   * @param param that names it, for people
   */
  public record Source(Path file, boolean demanded, String param) {}

  /** Reads them; one that is not demanded may be missing. */
  public static Profiles read(Optional<Source> config, Optional<Source> credentials)
      throws StoreException {
    Profiles profiles = new Profiles();
    if (config.isPresent()) {
      profiles.add(config.get(), true);
    }
    if (credentials.isPresent()) {
      profiles.add(credentials.get(), false);
    }
    return profiles;
  }

  private void add(Source source, boolean config) throws StoreException {
    String content;
    try {
      if (Files.size(source.file()) > LARGEST) {
        throw new IOException("it is larger than 1 MiB");
      }
      content = Files.readString(source.file(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      if (!source.demanded() && e instanceof NoSuchFileException) {
        return;
      }
      if (!source.demanded()) {
        // Another user's home: who needs what is in it is told that there are no credentials.
        return;
      }
      throw new StoreException.MissingCredentials(
          "read "
              + source.param()
              + ": '"
              + Printable.of(source.file().toString())
              + "' cannot be read: name a file of AWS profiles",
          e);
    }
    parse(content, config);
  }

  private void parse(String content, boolean config) {
    Map<String, String> section = new HashMap<>();
    String above = "";
    for (String line : content.lines().toList()) {
      String text = line.strip();
      if (text.isEmpty() || text.startsWith("#") || text.startsWith(";")) {
        continue;
      }
      if (text.startsWith("[")) {
        int end = text.indexOf(']');
        String name = text.substring(1, end < 0 ? text.length() : end).strip();
        section = sections.computeIfAbsent(config ? named(name) : name, any -> new TreeMap<>());
        above = "";
        continue;
      }
      int equals = text.indexOf('=');
      if (equals < 0) {
        continue;
      }
      String name = text.substring(0, equals).strip();
      String value = withoutComment(text.substring(equals + 1)).strip();
      if (Character.isWhitespace(line.charAt(0)) && !above.isEmpty()) {
        section.put(above + "." + name, value);
      } else {
        above = value.isEmpty() ? name : "";
        section.put(name, value);
      }
    }
  }

  private static String withoutComment(String value) {
    return value.replaceFirst("\\s[#;].*", "");
  }

  /** In config a profile's section is called so, but for the default. */
  private static String named(String section) {
    return section.startsWith("profile ") || section.startsWith("profile\t")
        ? section.substring("profile ".length()).strip()
        : section.equals("default") || section.startsWith(SERVICES) ? section : "[" + section + "]";
  }

  /** A profile's own; empty where there is none of that name. */
  public Optional<Profile> profile(String name) {
    return Optional.ofNullable(sections.get(name)).map(values -> new Profile(name, values));
  }

  /** What a profile's part for one service says, such as its {@code endpoint_url}. */
  public Optional<String> ofService(Profile profile, String service, String name) {
    return profile
        .get("services")
        .flatMap(services -> Optional.ofNullable(sections.get(SERVICES + services)))
        .flatMap(values -> Optional.ofNullable(values.get(service + "." + name)))
        .filter(value -> !value.isEmpty());
  }

  /** Values by their names; may hold secrets. */
  public record Profile(String name, Map<String, String> values) {
    public Profile {
      values = Map.copyOf(values);
    }

    /** One that is not empty. */
    public Optional<String> get(String value) {
      return Optional.ofNullable(values.get(value)).filter(text -> !text.isEmpty());
    }

    @Override
    public String toString() {
      return "profile " + name;
    }
  }
}
