package dev.stepcache.registry;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.stepcache.http.Origin;
import dev.stepcache.http.RedirectPolicy;
import dev.stepcache.http.Response;
import dev.stepcache.http.WireException;
import dev.stepcache.oci.Json;
import dev.stepcache.oci.MalformedDocumentException;
import dev.stepcache.oci.Tag;
import dev.stepcache.store.StoreException;
import dev.stepcache.store.TagLister;
import java.io.IOException;
import java.net.URI;
import java.util.Comparator;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The tags of a repository (distribution specification, content discovery), page after page as the
 * registry cuts them. No length of page is asked for: OpenShift's registry loses tags between
 * pages, and has none where nobody asks.
 */
final class TagPages implements TagLister {
  private static final int MOST_PAGES = 5000;

  /** A page of as many tags as are listed at all, each of full length. */
  private static final int LARGEST = 16 << 20;

  private static final Pattern LINK = Pattern.compile("<([^>]*)>((?:\\s*;\\s*[^;,]+)*)");
  private static final Pattern NEXT =
      Pattern.compile("(?i)(?:^|;)\\s*rel\\s*=\\s*\"?next\"?\\s*(?:;|$)");

  private final Requests requests;
  private final String path;
  private final String operation;

  /** A page's tags were taken; the next page, if there is one. */
  private record Page(boolean exists, Optional<URI> next) {}

  /**
   * @param repository as the registry names it
   * @param shown the same for people
   */
  TagPages(Requests requests, String repository, String shown) {
    this.requests = requests;
    this.path = "/v2/" + repository + "/tags/list";
    this.operation = "list the tags of " + shown;
  }

  @Override
  public Optional<SortedSet<Tag>> tags() throws IOException {
    SortedSet<Tag> tags = new TreeSet<>(Comparator.comparing(Tag::value));
    Set<URI> asked = new HashSet<>();
    Optional<URI> next = Optional.of(URI.create(path));
    // A page that was read before begins a loop, which has no more to tell.
    while (next.isPresent() && asked.add(next.get())) {
      if (asked.size() > MOST_PAGES) {
        throw new StoreException.Rejected(operation + ": more than " + MOST_PAGES + " pages");
      }
      Call call = Call.pull(operation, "GET", next.get(), Map.of());
      Page page = requests.send(call, response -> page(response, tags));
      if (!page.exists() && asked.size() == 1) {
        return Optional.empty();
      }
      next = page.next();
    }
    return Optional.of(tags);
  }

  private Page page(Response response, SortedSet<Tag> tags) throws IOException {
    try (response) {
      if (response.status() == 404) {
        return new Page(false, Optional.empty());
      }
      if (response.status() != 200) {
        throw requests.refusal(operation, response);
      }
      byte[] document = response.bytes(LARGEST + 1);
      if (document.length > LARGEST) {
        throw new StoreException.Rejected(operation + ": an answer of more than 16 MiB");
      }
      Optional<Long> length = response.contentLength();
      if (length.isPresent() && length.get() != document.length) {
        throw WireException.broken("the connection ended");
      }
      take(document, tags);
      return new Page(true, next(response));
    }
  }

  private void take(byte[] document, SortedSet<Tag> tags) throws StoreException {
    JsonNode names;
    try {
      ObjectNode list = Json.object(document, "list of tags");
      names = list.path("tags");
    } catch (MalformedDocumentException e) {
      throw new StoreException.Corrupt(operation + ": " + e.getMessage(), e);
    }
    // Some say null where there are none.
    if (!names.isArray() && !names.isNull() && !names.isMissingNode()) {
      throw new StoreException.Corrupt(operation + ": list of tags: tags is no list", null);
    }
    for (JsonNode name : names) {
      try {
        tags.add(new Tag(name.textValue() == null ? "" : name.textValue()));
      } catch (IllegalArgumentException e) {
        // No manifest can be asked for by it.
      }
    }
    if (tags.size() > MOST) {
      throw new StoreException.Rejected(operation + ": more than " + MOST + " tags");
    }
  }

  private Optional<URI> next(Response response) throws IOException {
    for (String header : response.headers("Link")) {
      Matcher link = LINK.matcher(header);
      while (link.find()) {
        if (NEXT.matcher(link.group(2)).find()) {
          return Optional.of(ours(response, link.group(1)));
        }
      }
    }
    return Optional.empty();
  }

  /** A registry behind a proxy often names itself wrongly; other places have none of its tags. */
  private URI ours(Response response, String link) throws IOException {
    URI given =
        RedirectPolicy.resolve(response.uri(), link)
            .orElseThrow(() -> WireException.misled("a next page without an http URL"));
    if (path.equals(given.getRawPath())) {
      String query = given.getRawQuery();
      return URI.create(query == null ? path : path + "?" + query);
    }
    if (Origin.of(given).equals(requests.origin())) {
      return given;
    }
    throw new StoreException.Rejected(
        operation
            + ": the next page "
            + RedirectPolicy.shown(given)
            + " is not the registry's own");
  }
}
