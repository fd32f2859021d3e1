package dev.stepcache.tekton;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/** One YAML document, as maps, lists and texts; a key twice is an error. */
record Yaml(Object value) {
  static Yaml read(String file) throws IOException {
    LoadSettings settings = LoadSettings.builder().setAllowDuplicateKeys(false).build();
    return new Yaml(new Load(settings).loadFromString(Files.readString(Path.of(file))));
  }

  Yaml at(String... keys) {
    Object at = value;
    for (String key : keys) {
      at = ((Map<?, ?>) at).get(key);
    }
    return new Yaml(at);
  }

  List<Yaml> list() {
    return value == null
        ? List.of()
        : ((List<?>) value).stream().map(item -> new Yaml(item)).toList();
  }

  List<String> texts() {
    return list().stream().map(Yaml::text).toList();
  }

  List<String> keys() {
    return ((Map<?, ?>) value).keySet().stream().map(String::valueOf).toList();
  }

  String text() {
    return (String) value;
  }

  boolean isText() {
    return value instanceof String;
  }
}
