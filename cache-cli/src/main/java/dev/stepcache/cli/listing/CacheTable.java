package dev.stepcache.cli.listing;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.stepcache.cli.CacheDetails;
import dev.stepcache.cli.Output;
import dev.stepcache.cli.Sharing;
import dev.stepcache.cli.Table;
import dev.stepcache.format.Expiry;
import dev.stepcache.oci.Json;
import dev.stepcache.oci.Tag;
import dev.stepcache.store.Store;
import dev.stepcache.text.Amounts;
import dev.stepcache.text.Printable;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Caches of a repository, for people or programs. */
record CacheTable(Output output, Store store, boolean json) {
  private static final int SHORT_KEY = 12;

  void names(List<Tag> tags) {
    if (!json) {
      tags.forEach(tag -> output.line(tag.value()));
      return;
    }
    ObjectNode root = Json.newObject();
    root.put("repository", store.toString());
    ArrayNode names = root.putArray("tags");
    tags.forEach(tag -> names.add(tag.value()));
    printJson(root);
  }

  /**
   * @param all whether tags that are no caches are told by their names
   */
  void print(ListedCaches found, Sharing sharing, boolean all) {
    if (json) {
      printJson(document(found, sharing));
      return;
    }
    boolean scopes = found.caches().stream().anyMatch(cache -> cache.scope().isPresent());
    boolean expiries = found.caches().stream().anyMatch(cache -> cache.expiry().isPresent());
    Table table = new Table();
    if (!found.caches().isEmpty()) {
      List<String> names = new ArrayList<>(List.of("TAG", "KEY", "PLATFORM", "AGE"));
      names.addAll(List.of("SIZE", "SHARED", "ALONE"));
      if (scopes) {
        names.add("SCOPE");
      }
      if (expiries) {
        names.add("EXPIRES");
      }
      table = Table.under(names.toArray(String[]::new));
    }
    Instant now = Instant.now();
    for (CacheDetails.Cache cache : found.caches()) {
      table.row(row(cache, found, sharing, now, scopes, expiries));
    }
    for (CacheDetails.Broken broken : found.broken()) {
      table.row(broken.tag().value(), "broken: " + broken.why());
    }
    if (all) {
      for (CacheDetails.NoCache other : found.others()) {
        table.row(other.tag().value(), "not a cache");
      }
    }
    table.print(output);
    output.line(summary(found, sharing, all));
    if (found.unread() > 0) {
      output.line(
          "when they were saved is in "
              + Amounts.bytes(found.unread())
              + " of indexes, which --saved reads");
    }
  }

  private static String[] row(
      CacheDetails.Cache cache,
      ListedCaches found,
      Sharing sharing,
      Instant now,
      boolean scopes,
      boolean expiries) {
    long shared = sharing.shared(cache);
    List<String> cells =
        new ArrayList<>(
            List.of(
                cache.tag().value(),
                cache.key().map(key -> key.hex().substring(0, SHORT_KEY)).orElse("-"),
                cache.config().platform().isStated() ? cache.config().platform().toString() : "-",
                found.time(cache).map(time -> time.age(now)).orElse("~"),
                Amounts.bytes(cache.size()),
                Amounts.bytes(shared),
                Amounts.bytes(cache.size() - shared)));
    if (scopes) {
      cells.add(cache.scope().map(Printable::name).orElse("-"));
    }
    if (expiries) {
      cells.add(cache.expiry().map(Expiry::text).orElse("-"));
    }
    return cells.toArray(String[]::new);
  }

  private static String summary(ListedCaches found, Sharing sharing, boolean all) {
    long images = Sharing.images(found.caches());
    StringBuilder text = new StringBuilder();
    if (found.caches().isEmpty()) {
      text.append("no caches");
    } else {
      text.append(images == 1 ? "1 cache" : images + " caches")
          .append(
              found.caches().size() == 1
                  ? " in 1 tag, "
                  : " in " + found.caches().size() + " tags, ")
          .append(Amounts.bytes(sharing.stored()))
          .append(" in all");
    }
    int others = found.others().size();
    if (others > 0) {
      text.append(others == 1 ? "; 1 tag is no cache" : "; " + others + " tags are no caches")
          .append(all ? "" : others == 1 ? " (--all lists it)" : " (--all lists them)");
    }
    if (!found.broken().isEmpty()) {
      text.append("; broken: ").append(found.broken().size());
    }
    return text.toString();
  }

  private void printJson(ObjectNode document) {
    output.out().println(new String(Json.bytes(document), StandardCharsets.UTF_8));
  }

  private ObjectNode document(ListedCaches found, Sharing sharing) {
    ObjectNode root = Json.newObject();
    root.put("repository", store.toString());
    root.put("stored", sharing.stored());
    ArrayNode caches = root.putArray("caches");
    for (CacheDetails.Cache cache : found.caches()) {
      long shared = sharing.shared(cache);
      ObjectNode node = caches.addObject();
      node.put("tag", cache.tag().value());
      node.put("digest", cache.digest().toString());
      put(node, "key", cache.key().map(key -> key.hex()));
      put(node, "scope", cache.scope());
      node.put("os", cache.config().platform().os());
      node.put("architecture", cache.config().platform().architecture());
      Optional<ListedCaches.Time> time = found.time(cache);
      put(
          node,
          "saved",
          time.filter(ListedCaches.Time::exact).map(told -> told.instant().toString()));
      put(
          node,
          "created",
          Optional.of(cache.config().created())
              .filter(instant -> !instant.equals(Instant.EPOCH))
              .map(Instant::toString));
      put(node, "expiresAfter", cache.expiry().map(Expiry::text));
      node.put("layers", cache.layers().size());
      node.put("size", cache.size());
      node.put("shared", shared);
      node.put("alone", cache.size() - shared);
    }
    ArrayNode others = root.putArray("others");
    found.others().forEach(other -> others.add(other.tag().value()));
    ArrayNode broken = root.putArray("broken");
    found
        .broken()
        .forEach(one -> broken.addObject().put("tag", one.tag().value()).put("why", one.why()));
    return root;
  }

  private static void put(ObjectNode node, String name, Optional<String> value) {
    value.ifPresentOrElse(text -> node.put(name, text), () -> node.putNull(name));
  }
}
