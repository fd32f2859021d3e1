package dev.stepcache.tekton;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/** One YAML document, as maps, lists and texts; a key twice is an error. */
public record Yaml(Object value) {
  public static Yaml read(String file) throws IOException {
    LoadSettings settings = LoadSettings.builder().setAllowDuplicateKeys(false).build();
    return new Yaml(new Load(settings).loadFromString(Files.readString(Path.of(file))));
  }

  public Yaml at(String... keys) {
    Object at = value;
    for (String key : keys) {
      at = ((Map<?, ?>) at).get(key);
    }
    return new Yaml(at);
  }

  public List<Yaml> list() {
    return value == null
        ? List.of()
        : ((List<?>) value).stream().map(item -> new Yaml(item)).toList();
  }

  public List<String> texts() {
    return list().stream().map(Yaml::text).toList();
  }

  public List<String> keys() {
    return ((Map<?, ?>) value).keySet().stream().map(String::valueOf).toList();
  }

  public String text() {
    return (String) value;
  }

  public boolean isText() {
    return value instanceof String;
  }
}
