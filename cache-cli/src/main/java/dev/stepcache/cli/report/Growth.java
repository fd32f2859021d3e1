package dev.stepcache.cli.report;

import dev.stepcache.cli.CacheDetails;
import dev.stepcache.cli.listing.ListedCaches;
import dev.stepcache.oci.Descriptor;
import dev.stepcache.oci.Digest;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * How much the caches that are there today take, by the time that they were saved.
 *
 * @param points in the order of their times
 */
record Growth(List<Point> points) {
  /**
   * After one more cache.
   *
   * @param stored bytes, each layer counted once
   * @param alone bytes that it would be if nothing were shared
   */
  record Point(Instant time, long stored, long alone) {}

  Growth {
    points = List.copyOf(points);
  }

  static Growth of(ListedCaches found) {
    record Saved(CacheDetails.Cache cache, Instant time) {}
    List<Saved> all = new ArrayList<>();
    Set<Digest> images = new HashSet<>();
    for (CacheDetails.Cache cache : found.caches()) {
      Optional<ListedCaches.Time> time = found.time(cache);
      // Tags of one image are one cache.
      if (time.isPresent() && images.add(cache.digest())) {
        all.add(new Saved(cache, time.get().instant()));
      }
    }
    all.sort(Comparator.comparing(Saved::time));
    Set<Descriptor> layers = new HashSet<>();
    List<Point> points = new ArrayList<>();
    long stored = 0;
    long alone = 0;
    for (Saved saved : all) {
      for (Descriptor layer : saved.cache().layers()) {
        stored += layers.add(layer) ? layer.size() : 0;
      }
      alone += saved.cache().size();
      points.add(new Point(saved.time(), stored, alone));
    }
    return new Growth(points);
  }

  /** The curves, in a box of 100 by 100 that takes any shape; empty where there is no time. */
  Optional<String> svg() {
    if (points.size() < 2) {
      return Optional.empty();
    }
    StringBuilder stored = new StringBuilder();
    StringBuilder alone = new StringBuilder();
    for (Point point : points) {
      String x = Html.number(x(point));
      stored.append(stored.isEmpty() ? "M" : "H").append(x);
      stored.append(stored.length() == x.length() + 1 ? "," : "V").append(y(point.stored()));
      alone.append(alone.isEmpty() ? "M" : "H").append(x);
      alone.append(alone.length() == x.length() + 1 ? "," : "V").append(y(point.alone()));
    }
    return Optional.of(
        "<svg viewBox=\"0 0 100 100\" preserveAspectRatio=\"none\" role=\"img\""
            + " aria-label=\"bytes by time\">"
            + "<path d=\""
            + stored
            + "V100H0Z\" fill=\"var(--area)\"/>"
            + "<path d=\""
            + alone
            + "\" fill=\"none\" stroke=\"var(--alone)\" stroke-width=\"2\""
            + " vector-effect=\"non-scaling-stroke\"/>"
            + "<path d=\""
            + stored
            + "\" fill=\"none\" stroke=\"var(--shared)\" stroke-width=\"2\""
            + " vector-effect=\"non-scaling-stroke\"/></svg>");
  }

  /** The first time: a day, or minutes where all is of one day. */
  String begin() {
    return shown(points.getFirst().time());
  }

  /** The last time: a day, or minutes where all is of one day. */
  String end() {
    return shown(points.getLast().time());
  }

  private String shown(Instant time) {
    Duration all = Duration.between(points.getFirst().time(), points.getLast().time());
    String text = time.truncatedTo(ChronoUnit.MINUTES).toString();
    return all.toDays() > 1 ? text.substring(0, text.indexOf('T')) : text.replace('T', ' ');
  }

  /** The most bytes that a curve reaches. */
  long most() {
    return points.isEmpty() ? 0 : points.getLast().alone();
  }

  private double x(Point point) {
    long first = points.getFirst().time().toEpochMilli();
    long last = points.getLast().time().toEpochMilli();
    return last == first ? 100 : 100.0 * (point.time().toEpochMilli() - first) / (last - first);
  }

  private String y(long bytes) {
    return Html.number(most() == 0 ? 100 : 100 - 100.0 * bytes / most());
  }
}
