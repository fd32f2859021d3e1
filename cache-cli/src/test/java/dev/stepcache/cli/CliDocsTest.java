package dev.stepcache.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.stepcache.key.CacheKey;
import dev.stepcache.oci.Json;
import dev.stepcache.registry.RealRegistry;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** docs/cli.md shows what the commands print; {@code -Dgolden=write} writes it anew. */
@Tag("program")
class CliDocsTest extends BakeCase {
  private static final Path PAGE = Path.of("../docs/cli.md");
  private static final Path OTHER_PAGE = Path.of("../docs/outside-tekton.md");
  private static final String HOST = "registry.example.com";
  private static final String FOLDER = "file:///caches";
  private static final String PROJECT = "/home/you/project";

  /** A command of the page, and what it prints. */
  private static final Pattern EXAMPLE =
      Pattern.compile("(?m)^\\$ stepcache (.*)\\n((?:(?!\\$ |```).*\\n)*)");

  private static final Pattern OPTION = Pattern.compile("(?<![\\w-])(--[a-z][a-z-]+)");
  private static final Pattern WORD = Pattern.compile("'([^']*)'|(\\S+)");

  /** The section of a command on its document, to the next one. */
  private static final Pattern FIELDS =
      Pattern.compile("(?ms)^### (\\w+) as JSON\\n(.*?)(?=^##|\\z)");

  private static final Pattern ROW = Pattern.compile("(?m)^\\| `.*$");
  private static final Pattern NAME = Pattern.compile("`(\\w+)`");

  private static final Set<String> WORK = Set.of("explain", "fetch", "upload");

  /** Digests, keys, amounts, shares, ages, times and machines differ from run to run. */
  private static String normalised(String text) {
    return text.replaceAll("sha256:[0-9a-f]{64}", "DIGEST")
        .replaceAll("\\b[0-9a-f]{64}\\b", "KEY")
        .replaceAll("\"(size|shared|alone|stored|frees|bytes|sent_bytes)\":\\d+", "\"$1\":N")
        .replaceAll("[0-9.]+ (bytes?|kB|MB)\\b", "N")
        .replaceAll("[0-9.]+ s\\b", "N s")
        .replaceAll("nightly-\\d{8}", "nightly-DAY")
        .replaceAll("\\d+ (d|h|min)\\b", "AGE")
        .replaceAll("\"?\\d{4}-\\d\\d-\\d\\dT[0-9:.]+Z\"?|\"saved\":null|unknown", "TIME")
        .replaceAll("\"saved\":TIME", "TIME")
        .replaceAll("linux/\\w+", "PLATFORM")
        .replaceAll("\"architecture\":\"\\w+\"", "\"architecture\":\"A\"")
        .replaceAll("(?m) +", " ")
        .replaceAll("(?m) +$", "");
  }

  private Ran example(String command, RealRegistry registry) {
    List<String> words = new ArrayList<>();
    Matcher word = WORD.matcher(command);
    while (word.find()) {
      String text = word.group(1) == null ? word.group(2) : word.group(1);
      words.add(
          text.replace(HOST, registry.host())
              .replace(FOLDER, "file://" + folder.resolve("caches"))
              .replace("caches.html", folder.resolve("caches.html").toString()));
    }
    if (WORK.contains(words.getFirst())) {
      words.addAll(List.of("--working-dir", folder.resolve("project").toString()));
    }
    return runInsecurely(words.toArray(String[]::new));
  }

  private String printed(Ran ran, RealRegistry registry) {
    return (ran.out() + ran.err())
        .replace(registry.host(), HOST)
        .replace(folder.resolve("project").toString(), PROJECT)
        .replace("file://" + folder.resolve("caches"), FOLDER)
        .replace(folder + "/", "");
  }

  private void fill(RealRegistry registry) throws IOException {
    String repository = "oci://" + registry.host() + "/team/cache";
    saveTwo(repository);
    saveForeign(repository, "image");
    saveThree("oci://" + registry.host() + "/team/go");
    image("oci://" + registry.host() + "/team/golang", "1.26", tar().file("go", 0755, "go"));
    image("oci://" + registry.host() + "/team/ko", "v0.18.0", tar().file("ko-app/ko", 0755, "ko"));
    Path project = Files.createDirectories(folder.resolve("project"));
    Files.writeString(project.resolve("go.sum"), "example.com/a v1.0.0 h1:");
    write("../project/.cache/go/mod/cache/a.zip", 300_000);
    write("../project/.cache/go/cache/ab/ab01-d", 40_000);
  }

  @Test
  void eachExamplePrintsWhatThePageSays() throws IOException {
    boolean writes = "write".equals(System.getProperty("golden"));
    String page = Files.readString(PAGE);
    StringBuilder written = new StringBuilder();
    try (RealRegistry registry = RealRegistry.open(folder)) {
      fill(registry);
      List<MatchResult> examples = EXAMPLE.matcher(page).results().toList();
      int end = 0;

      assertThat(examples).hasSizeGreaterThanOrEqualTo(12);
      for (MatchResult example : examples) {
        String printed = printed(example(example.group(1), registry), registry);
        if (!writes) {
          assertThat(normalised(printed))
              .as("%s printed:%n%s", example.group(1), printed)
              .isEqualTo(normalised(example.group(2)));
        }
        written.append(page, end, example.start(2)).append(printed);
        end = example.end(2);
      }
      written.append(page, end, page.length());
    }
    if (writes) {
      Files.writeString(PAGE, written);
    }
  }

  private static Set<String> names(JsonNode node) {
    Set<String> names = new TreeSet<>();
    for (Map.Entry<String, JsonNode> field : node.properties()) {
      names.add(field.getKey());
    }
    node.forEach(child -> names.addAll(names(child)));
    return names;
  }

  private JsonNode document(RealRegistry registry, String command) throws IOException {
    Ran ran = example(command, registry);
    assertThat(ran.out()).as(ran.err()).hasLineCount(1);
    return Json.object(ran.out().getBytes(StandardCharsets.UTF_8), "the answer");
  }

  @Test
  void eachFieldOfEachDocumentIsDescribedAndNoOther() throws IOException {
    Map<String, Set<String>> described = new TreeMap<>();
    for (MatchResult section : FIELDS.matcher(Files.readString(PAGE)).results().toList()) {
      Set<String> names = new TreeSet<>();
      ROW.matcher(section.group(2))
          .results()
          .forEach(
              row -> NAME.matcher(row.group()).results().forEach(name -> names.add(name.group(1))));
      described.put(section.group(1), names);
    }
    try (RealRegistry registry = RealRegistry.open(folder)) {
      fill(registry);
      String template = " --output json --patterns go.sum --cache-path .cache/go";
      String cache = "oci://" + HOST + "/team/cache";
      String go = "oci://" + HOST + "/team/project:{{hash}}";
      Map<String, JsonNode> documents = new TreeMap<>();
      documents.put("upload", document(registry, "upload --target " + go + template));
      documents.put("fetch", document(registry, "fetch --source " + go + template));
      documents.put(
          "explain", document(registry, "explain --source " + go + template + " --against latest"));
      damageTag(registry);
      documents.put("list", document(registry, "list --output json " + cache));
      documents.put("show", document(registry, "show --output json " + cache));
      documents.put("diff", document(registry, "diff --output json " + cache + ":first " + cache));

      documents.put("verify", document(registry, "verify --output json " + cache + ":third"));
      documents.put(
          "prune",
          document(registry, "prune --keep-last 1 --output json oci://" + HOST + "/team/go"));
      documents.put("copy", copied(registry, cache));
      documents.put(
          "bake",
          document(
              registry,
              "bake --output json --base " + HOST + "/team/golang:1.26 oci://" + HOST + "/team/b"));

      assertThat(described.keySet()).isEqualTo(documents.keySet());
      documents.forEach((command, document) -> {
        Set<String> known = new TreeSet<>(described.getOrDefault(command, Set.of()));
        assertThat(known).as("fields of " + command).containsAll(names(document));
        // What is there only where a cache says more than these do.
        known.removeAll(names(document));
        known.removeAll(
            Set.of("tag", "tags", "why", "other", "unused", "lastUse", "saves", "name"));
        known.removeAll(Set.of("list", "sort", "all", "names", "saved"));
        assertThat(known).as("described for " + command + ", and not there").isEmpty();
      });
    }
  }

  /** Of a mirror that has something more, and from a source with something broken. */
  private JsonNode copied(RealRegistry registry, String source) throws IOException {
    String target = FOLDER + "/mirror";
    ObjectNode all =
        (ObjectNode) document(registry, "copy --output json --sync " + source + " " + target);
    save("file://" + folder.resolve("caches/mirror"), "first-old", FIRST);
    JsonNode deletes =
        document(
            registry, "copy --output json --tag first* --sync --delete " + source + " " + target);
    all.set("remove", deletes.path("remove"));
    return all;
  }

  /** A tag that is broken, so that a listing has one. */
  private void damageTag(RealRegistry registry) throws IOException {
    String repository = "oci://" + registry.host() + "/team/cache";
    write("one", 10);
    save(repository, "third", new CacheKey("3c".repeat(32)));
    String hex = manifest(repository, "third").config().digest().hex();
    Files.writeString(
        registry
            .storage()
            .resolve("docker/registry/v2/blobs/sha256")
            .resolve(hex.substring(0, 2))
            .resolve(hex)
            .resolve("data"),
        "damaged");
  }

  private Set<String> options() {
    Set<String> known = new TreeSet<>(Set.of("--version"));
    for (String command :
        List.of(
            "list",
            "show",
            "verify",
            "diff",
            "explain",
            "fetch",
            "upload",
            "report",
            "prune",
            "copy",
            "bake",
            "index",
            "completion")) {
      OPTION
          .matcher(run(command, "--help").out())
          .results()
          .forEach(option -> known.add(option.group(1)));
    }
    return known;
  }

  @Test
  void thePagesNameNoOptionThatIsNotThere() throws IOException {
    for (Path page : List.of(PAGE, OTHER_PAGE)) {
      assertThat(OPTION.matcher(Files.readString(page)).results().map(found -> found.group(1)))
          .isNotEmpty()
          .allMatch(options()::contains);
    }
  }

  @Test
  void thePageNamesEachOptionThatIsNoParamsOwn() throws IOException {
    String page = Files.readString(PAGE);
    for (String command :
        List.of(
            "list", "show", "verify", "diff", "prune", "copy", "bake", "report", "completion")) {
      Matcher option = OPTION.matcher(run(command, "--help").out());
      while (option.find()) {
        assertThat(page).contains(option.group(1));
      }
    }
  }
}
