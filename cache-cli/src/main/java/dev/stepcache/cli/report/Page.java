package dev.stepcache.cli.report;

import dev.stepcache.cli.CacheDetails;
import dev.stepcache.cli.Sharing;
import dev.stepcache.cli.listing.ListedCaches;
import dev.stepcache.format.Expiry;
import dev.stepcache.oci.Digest;
import dev.stepcache.text.Amounts;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The page.
 *
 * @param repository of the caches, with its scheme
 * @param now when they were looked at
 */
record Page(String repository, ListedCaches found, Sharing sharing, Instant now) {
  /** More rows help nobody; list has them all. */
  private static final int MOST_ROWS = 500;

  private static final Map<String, Duration> AGES = ages();

  private static Map<String, Duration> ages() {
    Map<String, Duration> ages = new LinkedHashMap<>();
    ages.put("up to a day", Duration.ofDays(1));
    ages.put("up to a week", Duration.ofDays(7));
    ages.put("up to 30 days", Duration.ofDays(30));
    ages.put("up to 90 days", Duration.ofDays(90));
    ages.put("older", Duration.ofSeconds(Long.MAX_VALUE));
    return ages;
  }

  /** One column of a bar chart. */
  private static final class Sum {
    private int caches;
    private long alone;
    private long shared;
  }

  String html() throws IOException {
    return "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
        + "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
        // Nothing is loaded, and nothing runs, whatever a name in it says.
        + "<meta http-equiv=\"Content-Security-Policy\""
        + " content=\"default-src 'none'; style-src 'unsafe-inline'\">\n"
        + "<title>Caches of "
        + Html.text(repository)
        + "</title>\n<style>\n"
        + css()
        + "</style>\n</head>\n<body>\n"
        + head()
        + growth()
        + byAge()
        + byScope()
        + caches()
        + rest()
        + "</body>\n</html>\n";
  }

  private static String css() throws IOException {
    try (InputStream in = Page.class.getResourceAsStream("page.css")) {
      if (in == null) {
        throw new IOException("this stepcache is not whole: the page's style is missing");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private String head() {
    long images = Sharing.images(found.caches());
    long apart = images(found.caches()).stream().mapToLong(CacheDetails.Cache::size).sum();
    long stored = sharing.stored();
    return "<h1>Caches of "
        + Html.text(repository)
        + "</h1>\n<p>As of "
        + Html.text(now.truncatedTo(ChronoUnit.MINUTES).toString())
        + "</p>\n<div class=\"facts\">\n"
        + fact(Long.toString(images), images == 1 ? "cache" : "caches")
        + fact(Integer.toString(found.caches().size()), found.caches().size() == 1 ? "tag" : "tags")
        + fact(Amounts.bytes(stored), "stored, each layer once")
        + fact(Amounts.bytes(apart - stored), "more without sharing")
        + youngest().map(age -> fact(Html.text(age), "since the newest")).orElse("")
        + "</div>\n";
  }

  private static String fact(String figure, String what) {
    return "<div class=\"fact\"><b>" + figure + "</b><span>" + what + "</span></div>\n";
  }

  private Optional<String> youngest() {
    return found.caches().stream()
        .flatMap(cache -> found.time(cache).stream())
        .max(Comparator.comparing(ListedCaches.Time::instant))
        .map(time -> time.age(now));
  }

  private String growth() {
    Growth growth = Growth.of(found);
    return growth
        .svg()
        .map(svg ->
            "<h2>Growth</h2>\n<p>Of the caches that are there today, by the time that they were"
                + " saved. What was deleted does not show.</p>\n"
                + "<p class=\"legend\"><span><i class=\"shared\"></i>stored, each layer"
                + " once</span><span><i class=\"alone\"></i>without sharing</span></p>\n"
                + "<div class=\"chart\"><div class=\"y\"><span>"
                + Amounts.bytes(growth.most())
                + "</span><span>0</span></div>"
                + svg
                + "<div class=\"x\"><span>"
                + growth.begin()
                + "</span><span>"
                + growth.end()
                + "</span></div></div>\n")
        .orElse("");
  }

  /** One of the tags of each image. */
  private static Collection<CacheDetails.Cache> images(List<CacheDetails.Cache> caches) {
    Map<Digest, CacheDetails.Cache> images = new LinkedHashMap<>();
    caches.forEach(cache -> images.putIfAbsent(cache.digest(), cache));
    return images.values();
  }

  private String byAge() {
    Map<String, Sum> sums = new LinkedHashMap<>();
    AGES.keySet().forEach(age -> sums.put(age, new Sum()));
    for (CacheDetails.Cache cache : images(found.caches())) {
      add(
          sums,
          found
              .time(cache)
              .map(time -> age(Duration.between(time.instant(), now)))
              .orElse("unknown"),
          cache);
    }
    return bars("Ages", "age", sums);
  }

  private static String age(Duration age) {
    return AGES.entrySet().stream()
        .filter(bound -> age.compareTo(bound.getValue()) <= 0)
        .map(Map.Entry::getKey)
        .findFirst()
        .orElse("older");
  }

  private String byScope() {
    Map<String, List<CacheDetails.Cache>> scopes = new TreeMap<>();
    for (CacheDetails.Cache cache : found.caches()) {
      scopes
          .computeIfAbsent(cache.scope().orElse("without a scope"), _ -> new ArrayList<>())
          .add(cache);
    }
    Map<String, Sum> sums = new TreeMap<>();
    scopes.forEach((scope, caches) -> images(caches).forEach(cache -> add(sums, scope, cache)));
    return sums.size() < 2 ? "" : bars("Scopes", "scope", sums);
  }

  private void add(Map<String, Sum> sums, String name, CacheDetails.Cache cache) {
    Sum sum = sums.computeIfAbsent(name, _ -> new Sum());
    long shared = sharing.shared(cache);
    sum.caches++;
    sum.shared += shared;
    sum.alone += cache.size() - shared;
  }

  private static String bars(String title, String column, Map<String, Sum> sums) {
    long most = sums.values().stream().mapToLong(sum -> sum.alone + sum.shared).max().orElse(0);
    StringBuilder rows = new StringBuilder();
    sums.forEach((name, sum) ->
        rows.append("<tr><td class=\"name\">")
            .append(Html.text(name))
            .append("</td>")
            .append(number("caches", Integer.toString(sum.caches)))
            .append(number("alone", Amounts.bytes(sum.alone)))
            .append(number("shared", Amounts.bytes(sum.shared)))
            .append(bar(sum.alone, sum.shared, most))
            .append("</tr>\n"));
    return "<h2>"
        + title
        + "</h2>\n"
        + legend()
        + "<div class=\"wide\"><table><thead><tr><th>"
        + column
        + "</th><th class=\"number\">caches</th><th class=\"number\">alone</th>"
        + "<th class=\"number\">shared</th><th></th></tr></thead><tbody>\n"
        + rows
        + "</tbody></table></div>\n";
  }

  private static String legend() {
    return "<p class=\"legend\"><span><i class=\"alone\"></i>only here</span>"
        + "<span><i class=\"shared\"></i>shared with other caches</span></p>\n";
  }

  private static String number(String label, String text) {
    return "<td class=\"number\" data-label=\"" + label + "\">" + text + "</td>";
  }

  private static String bar(long alone, long shared, long most) {
    double unit = most == 0 ? 0 : 100.0 / most;
    return "<td class=\"bar\"><div><span class=\"alone\" style=\"width:"
        + Html.number(alone * unit)
        + "%\"></span><span class=\"shared\" style=\"width:"
        + Html.number(shared * unit)
        + "%\"></span></div></td>";
  }

  private String caches() {
    List<CacheDetails.Cache> largest =
        found.caches().stream()
            .sorted(
                Comparator.comparingLong((CacheDetails.Cache cache) -> cache.size())
                    .reversed()
                    .thenComparing(cache -> cache.tag().value()))
            .toList();
    if (largest.isEmpty()) {
      return "<h2>Caches</h2>\n<p>There are none.</p>\n";
    }
    long most = largest.getFirst().size();
    StringBuilder rows = new StringBuilder();
    for (CacheDetails.Cache cache : largest.subList(0, Math.min(MOST_ROWS, largest.size()))) {
      long shared = sharing.shared(cache);
      rows.append("<tr><td class=\"name\">")
          .append(Html.text(cache.tag().value()))
          .append("</td>")
          .append(number("age", found.time(cache).map(time -> time.age(now)).orElse("~")))
          .append(number("size", Amounts.bytes(cache.size())))
          .append(number("alone", Amounts.bytes(cache.size() - shared)))
          .append(number("expires", cache.expiry().map(Expiry::text).map(Html::text).orElse("-")))
          .append(bar(cache.size() - shared, shared, most))
          .append("</tr>\n");
    }
    return "<h2>Caches</h2>\n<p>The largest first. An age with a ~ is that of the newest file in"
        + " it.</p>\n"
        + legend()
        + "<div class=\"wide\"><table><thead><tr><th>tag</th><th class=\"number\">age</th>"
        + "<th class=\"number\">size</th><th class=\"number\">alone</th>"
        + "<th class=\"number\">expires</th><th></th></tr></thead><tbody>\n"
        + rows
        + "</tbody></table></div>\n"
        + (largest.size() > MOST_ROWS
            ? "<p>And " + (largest.size() - MOST_ROWS) + " smaller ones.</p>\n"
            : "");
  }

  private String rest() {
    StringBuilder text = new StringBuilder();
    found
        .broken()
        .forEach(broken ->
            text.append("<p>Broken: ")
                .append(Html.text(broken.tag().value()))
                .append(": ")
                .append(Html.text(broken.why()))
                .append("</p>\n"));
    if (!found.others().isEmpty()) {
      text.append("<p>Tags that are no caches: ").append(found.others().size()).append("</p>\n");
    }
    return text.append(
            "<p>How often a cache was restored is not known: stores do not tell, and a fetch leaves"
                + " nothing behind.</p>\n")
        .toString();
  }
}
