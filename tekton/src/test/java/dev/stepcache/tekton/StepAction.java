package dev.stepcache.tekton;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A StepAction of ours, and what Tekton makes of it when a step refers to it. */
public record StepAction(Yaml document) {
  /** What a step's process is given. */
  public record Call(Map<String, String> environment, List<String> args) {}

  private static final Pattern VARIABLE = Pattern.compile("\\$\\(([^()]+)\\)");

  public static StepAction read(String name) throws IOException {
    return new StepAction(Yaml.read("../tekton/" + name + ".yaml"));
  }

  public Yaml spec() {
    return document.at("spec");
  }

  public List<Yaml> params() {
    return spec().at("params").list();
  }

  public List<Yaml> environment() {
    return spec().at("env").list();
  }

  public List<String> args() {
    return spec().at("args").texts();
  }

  /** Tekton's one pass: a value that holds a variable is not looked at again. */
  public Call called(Map<String, Yaml> given) {
    Map<String, Object> values = new HashMap<>();
    for (Yaml param : params()) {
      String name = param.at("name").text();
      Yaml value = given.getOrDefault(name, param.at("default"));
      values.put("params." + name, value.isText() ? value.text() : value.texts());
    }
    Map<String, String> environment = new HashMap<>();
    for (Yaml variable : environment()) {
      String value = variable.at("value").text();
      if (!value.startsWith("$(step.results.")) {
        environment.put(variable.at("name").text(), replaced(value, values));
      }
    }
    List<String> args = new ArrayList<>();
    for (String arg : args()) {
      if (arg.endsWith("[*])")) {
        Object list = values.get(arg.substring("$(".length(), arg.length() - "[*])".length()));
        ((List<?>) list).forEach(item -> args.add((String) item));
      } else {
        args.add(replaced(arg, values));
      }
    }
    return new Call(environment, args);
  }

  private static String replaced(String text, Map<String, Object> values) {
    return VARIABLE
        .matcher(text)
        .replaceAll(found ->
            Matcher.quoteReplacement((String) values.getOrDefault(found.group(1), found.group())));
  }
}
