package dev.stepcache.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.stepcache.oci.Tag;
import dev.stepcache.store.StoreException;
import dev.stepcache.store.TagLister;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tags that come in pages, and registries that are odd about them. */
class TagPagesTest extends RegistryCase {
  private static final String LIST = "/v2/ci/cache/tags/list";

  private Optional<List<String>> tags() throws IOException {
    try (RegistryStore store = store()) {
      return store
          .offers(TagLister.class)
          .orElseThrow()
          .tags()
          .map(tags -> tags.stream().map(Tag::value).toList());
    }
  }

  private static Fault page(String tags, String... links) {
    String[] headers = new String[links.length * 2];
    for (int at = 0; at < links.length; at++) {
      headers[at * 2] = "Link";
      headers[at * 2 + 1] = links[at];
    }
    return Fault.status(200, "{\"name\":\"ci/cache\",\"tags\":" + tags + "}", headers);
  }

  private static String next(String url) {
    return "<" + url + ">; rel=\"next\"";
  }

  @Test
  void asksForNoLengthOfPageAndFollowsEachLinkToTheEnd() throws IOException {
    registry.fault(
        "GET",
        LIST,
        page("[\"c\",\"a\"]", next(LIST + "?last=a&n=2")),
        page("[\"b\"]", "<" + LIST + ">; rel=\"first\", " + next("list?last=b")),
        page("[\"d\"]"));

    assertThat(tags()).contains(List.of("a", "b", "c", "d"));
    assertThat(registry.seen())
        .extracting(FakeRegistry.Seen::toString)
        .containsExactly("GET " + LIST, "GET " + LIST + "?last=a&n=2", "GET " + LIST + "?last=b");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "<%s>; rel=next",
        "<%s>;rel=\"next\"",
        "<%s>; title=\"more\"; rel=\"next\"",
        "<%s>; REL=\"Next\"",
        "<http://inside.example:5000%s>; rel=\"next\""
      })
  void knowsTheNextPageHoweverItIsWritten(String link) throws IOException {
    registry.fault("GET", LIST, page("[\"a\"]", link.formatted(LIST + "?last=a")), page("[\"b\"]"));

    assertThat(tags()).contains(List.of("a", "b"));
    assertThat(registry.seen("GET", LIST)).hasSize(2);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"http://elsewhere.example/v2/other/tags/list", "https://169.254.169.254/latest"})
  void goesNowhereElseForAPage(String url) {
    registry.fault("GET", LIST, page("[\"a\"]", next(url)));

    assertThatThrownBy(this::tags)
        .isInstanceOf(StoreException.Rejected.class)
        .hasMessageContaining("is not the registry's own");
    assertThat(registry.seen()).hasSize(1);
  }

  @Test
  void endsWhereAPageLeadsBack() throws IOException {
    registry.fault(
        "GET",
        LIST,
        page("[\"a\"]", next(LIST + "?last=a")),
        page("[\"b\"]", next(LIST + "?last=a")),
        page("[\"c\"]"));

    assertThat(tags()).contains(List.of("a", "b"));
  }

  @Test
  void endsWherePagesGoOnForEver() {
    registry.always(
        "GET",
        LIST,
        (exchange, damage) -> {
          int seen = registry.seen().size();
          String tags =
              IntStream.range(0, 1000)
                  .mapToObj(number -> "\"t" + seen + "-" + number + "\"")
                  .collect(Collectors.joining(",", "[", "]"));
          return page(tags, next(LIST + "?last=" + seen)).strike(exchange, damage);
        });

    assertThatThrownBy(this::tags)
        .isInstanceOf(StoreException.Rejected.class)
        .hasMessageContaining("more than 100000 tags");
    assertThat(registry.seen()).hasSize(101);
  }

  @ParameterizedTest
  @ValueSource(strings = {"{\"tags\":null}", "{\"tags\":[]}", "{\"name\":\"ci/cache\"}"})
  void hasNoneWhereNoneAreSaid(String answer) throws IOException {
    registry.fault("GET", LIST, Fault.status(200, answer));

    assertThat(tags()).contains(List.of());
  }

  @Test
  void isEmptyWhereThereIsNoRepository() throws IOException {
    assertThat(tags()).isEmpty();
  }

  @Test
  void leavesOutWhatIsNoTag() throws IOException {
    registry.fault("GET", LIST, page("[\"a\",\"../b\",7,\"\",null,{}]"));

    assertThat(tags()).contains(List.of("a"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"no json", "[]", "{\"tags\":\"a\"}", "{\"tags\":[],\"tags\":[]}"})
  void saysThatAnAnswerIsNoListOfTags(String answer) {
    registry.fault("GET", LIST, Fault.status(200, answer));

    assertThatThrownBy(this::tags)
        .isInstanceOf(StoreException.Corrupt.class)
        .hasMessageStartingWith("list the tags of oci://" + registry.host() + "/ci/cache: ");
  }

  @Test
  void comesBackWhenItIsAskedTo() throws IOException {
    registry.fault("GET", LIST, Fault.status(429, "", "Retry-After", "0"), page("[\"a\"]"));

    assertThat(tags()).contains(List.of("a"));
    assertThat(registry.seen()).hasSize(2);
  }

  @Test
  void saysThatItWasRefused() {
    registry.always("GET", LIST, Fault.status(403));

    assertThatThrownBy(this::tags).isInstanceOf(StoreException.Unauthorized.class);
  }
}
