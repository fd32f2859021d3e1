package dev.stepcache.tekton;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stepcache.fetch.FetchOptions;
import dev.stepcache.outcome.Reason;
import dev.stepcache.step.Parameter;
import dev.stepcache.upload.UploadOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The pages name what there is. */
class DocsTest {
  private static final Path ROOT = Path.of("..");
  private static final Pattern LINK = Pattern.compile("\\]\\(([^)\\s]+)\\)");
  private static final Pattern CAPITALS = Pattern.compile("`([A-Z][A-Z_]+[A-Z])(?::[^`]*)?`");
  private static final Pattern QUOTED = Pattern.compile("`([^`]+)`");

  /** Variables of the environment that the pages name besides params. */
  private static final Set<String> VARIABLES =
      Set.of("SSL_CERT_FILE", "HTTPS_PROXY", "NO_PROXY", "GOLANGCILINT_CACHE", "WARNING");

  static List<Path> pages() throws IOException {
    try (Stream<Path> docs = Files.list(ROOT.resolve("docs"));
        Stream<Path> top = Files.list(ROOT)) {
      return Stream.concat(docs, top)
          .filter(file -> file.toString().endsWith(".md"))
          .sorted()
          .toList();
    }
  }

  @ParameterizedTest
  @MethodSource("pages")
  void linkToWhatExists(Path page) throws IOException {
    for (String link :
        LINK.matcher(Files.readString(page)).results().map(found -> found.group(1)).toList()) {
      if (link.contains("://")) {
        continue;
      }
      String[] parts = link.split("#", 2);
      Path target =
          parts[0].isEmpty() ? page : page.resolveSibling(parts[0]).toAbsolutePath().normalize();
      assertThat(target).as(link).exists();
      if (parts.length == 2) {
        assertThat(anchors(target)).as(link).contains(parts[1]);
      }
    }
  }

  private static List<String> anchors(Path page) throws IOException {
    return Files.readAllLines(page).stream()
        .filter(line -> line.startsWith("#"))
        .map(line -> line.replaceFirst("^#+ ", "").toLowerCase(Locale.ROOT))
        .map(line -> line.replaceAll("[^\\p{Alnum} -]", "").replace(' ', '-'))
        .toList();
  }

  @Test
  void areAllReachedFromTheReadme() throws IOException {
    String readme = Files.readString(ROOT.resolve("README.md"));

    assertThat(pages())
        .filteredOn(page -> page.getParent().endsWith("docs"))
        .hasSizeGreaterThanOrEqualTo(7)
        .allSatisfy(page -> assertThat(readme).contains("(docs/" + page.getFileName() + ")"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"migrating", "openshift", "pull-requests", "why-did-it-miss"})
  void nameNoParamThatIsNotThere(String page) throws IOException {
    Set<String> known = known();
    known.addAll(VARIABLES);

    assertThat(
            CAPITALS
                .matcher(Files.readString(ROOT.resolve("docs/" + page + ".md")))
                .results()
                .map(found -> found.group(1)))
        .isNotEmpty()
        .allMatch(known::contains);
  }

  private static Set<String> known() {
    return Stream.concat(FetchOptions.PARAMETERS.stream(), UploadOptions.PARAMETERS.stream())
        .map(Parameter::spellings)
        .flatMap(List::stream)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /** The params of tekton-caches, in the two spellings that it had. */
  @Test
  void migratingNamesEachParamOfTheOther() throws IOException {
    assertThat(cells("migrating", "| param |", 1, 2))
        .containsExactlyInAnyOrder(
            ("PATTERNS patterns SOURCE source TARGET target CACHE_PATH cachePath WORKING_DIR"
                    + " workingdir INSECURE insecure DOCKER_CONFIG FETCHED fetched"
                    + " FORCE_CACHE_UPLOAD force-cache-upload GOOGLE_APPLICATION_CREDENTIALS"
                    + " googleCredentialsPath AWS_CONFIG_FILE awsConfigFile"
                    + " AWS_SHARED_CREDENTIALS_FILE awsCredentialFile BLOB_QUERY_PARAMS"
                    + " blobQueryParams")
                .split(" "))
        .isSubsetOf(known());
  }

  @Test
  void whyDidItMissHasEachReasonOfAFetchThatIsNoHit() throws IOException {
    assertThat(cells("why-did-it-miss", "| reason |", 1))
        .isEqualTo(
            Reason.OF_FETCH.stream()
                .filter(reason -> reason != Reason.HIT)
                .map(Reason::word)
                .collect(Collectors.toCollection(TreeSet::new)));
  }

  private static Set<String> cells(String page, String head, int... columns) throws IOException {
    Set<String> cells = new TreeSet<>();
    Files.readAllLines(ROOT.resolve("docs/" + page + ".md")).stream()
        .dropWhile(line -> !line.startsWith(head))
        .skip(2)
        .takeWhile(line -> line.startsWith("|"))
        .map(line -> line.split("\\|", -1))
        .forEach(row -> {
          for (int column : columns) {
            QUOTED.matcher(row[column]).results().forEach(found -> cells.add(found.group(1)));
          }
        });
    return cells;
  }
}
