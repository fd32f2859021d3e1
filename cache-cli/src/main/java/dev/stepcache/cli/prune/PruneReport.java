package dev.stepcache.cli.prune;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.stepcache.cli.Age;
import dev.stepcache.cli.CacheDetails;
import dev.stepcache.cli.Output;
import dev.stepcache.cli.Table;
import dev.stepcache.oci.Json;
import dev.stepcache.store.Sweeper;
import dev.stepcache.text.Amounts;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Optional;

/** A plan, and what came of it, for people and for programs. */
record PruneReport(Output output, String repository, Inventory inventory, PrunePlan plan) {

  void printPlan(Instant now) {
    if (plan.going().isEmpty()) {
      output.line("nothing goes: " + staying());
    } else {
      printTags(now);
    }
    if (inventory.others() > 0) {
      output.line(
          inventory.others() == 1
              ? "1 tag is no " + what() + " and stays"
              : inventory.others() + " tags are no " + what() + "s and stay");
    }
    inventory
        .broken()
        .forEach(broken ->
            output.line(broken.tag() + " stays: nobody knows how old it is, it is broken"));
    plan.ahead(now)
        .ifPresent(ahead ->
            output.line(
                "the newest "
                    + what()
                    + " is of a time that this machine's clock reaches in "
                    + (ahead.toDays() > 0 ? ahead.toDays() + " d" : ahead.toHours() + " h")
                    + ": one of both clocks is wrong"));
  }

  /** What goes, a line each, and what that frees. */
  void printTags(Instant now) {
    Table table = new Table().row("TAG", "SCOPE", "AGE", "SIZE", "WHY");
    for (PrunePlan.Entry entry : plan.going()) {
      CacheDetails.Cache cache = entry.cache();
      table.row(
          cache.tag().value(),
          entry.membership().scope(),
          inventory.age(cache, now),
          Amounts.bytes(cache.size()),
          entry.why().orElse(""));
    }
    table.print(output);
    output.line(
        tags(plan.going().size())
            + " of "
            + plan.entries().size()
            + " and "
            + caches(plan.imagesGoing())
            + " of "
            + plan.images()
            + " go, "
            + Amounts.bytes(plan.frees())
            + " of "
            + Amounts.bytes(plan.stored()));
  }

  private String staying() {
    return plan.entries().isEmpty()
        ? "no " + what() + "s"
        : caches(plan.images()) + ", " + Amounts.bytes(plan.stored()) + " in all";
  }

  private static String tags(long count) {
    return count == 1 ? "1 tag" : count + " tags";
  }

  private String caches(long count) {
    return count == 1 ? "1 " + what() : count + " " + what() + "s";
  }

  private String what() {
    return inventory.what();
  }

  void printRefusal(PruneProgress progress) {
    output.line(
        "removed "
            + tags(progress.removed())
            + " of "
            + plan.going().size()
            + "; the others are as they were");
  }

  /**
   * @param whole whether all was done that there was to do
   */
  void printEnd(PruneProgress progress, boolean whole, Optional<Sweeper.Swept> swept) {
    String sum = "removed " + tags(progress.removed()) + " of " + plan.going().size();
    if (!whole) {
      output.line(sum + " before the end; the others are as they were: the next run goes on");
    } else if (swept.isPresent()) {
      output.line(
          sum
              + ", and freed "
              + Amounts.bytes(swept.get().bytes())
              + (swept.get().young() > 0
                  ? "; "
                      + Amounts.bytes(swept.get().young())
                      + " that nothing names are too young yet (--grace)"
                  : ""));
    } else {
      output.line(sum + "; the registry frees the bytes when it collects its garbage");
    }
  }

  /** Bytes that a store freed, or that a registry can free now. */
  long freed(PruneProgress progress, Optional<Sweeper.Swept> swept) {
    return swept
        .map(Sweeper.Swept::bytes)
        .orElseGet(() -> progress.removed() == 0 ? 0 : plan.frees());
  }

  void printJson(Optional<PruneProgress> progress, Optional<Sweeper.Swept> swept) {
    ObjectNode root = Json.newObject();
    root.put("repository", repository);
    root.put("applied", progress.isPresent());
    root.put("stored", plan.stored());
    root.put("frees", plan.frees());
    addGoing(root.putArray("remove"), progress);
    ArrayNode keep = root.putArray("keep");
    plan.entries().stream()
        .filter(entry -> !entry.goes())
        .forEach(entry -> keep.add(entry.cache().tag().value()));
    root.put("others", inventory.others());
    ArrayNode broken = root.putArray("broken");
    inventory.broken().forEach(one -> broken.add(one.tag().value()));
    root.put("removed", progress.map(PruneProgress::removed).orElse(0));
    if (swept.isPresent()) {
      root.put("freed", swept.get().bytes());
    } else {
      root.putNull("freed");
    }
    output.out().println(new String(Json.bytes(root), StandardCharsets.UTF_8));
  }

  /** An object for each tag that goes, and what became of it so far. */
  void addGoing(ArrayNode remove, Optional<PruneProgress> progress) {
    for (PrunePlan.Entry entry : plan.going()) {
      CacheDetails.Cache cache = entry.cache();
      ObjectNode node = remove.addObject();
      node.put("tag", cache.tag().value());
      node.put("digest", cache.digest().toString());
      node.put("scope", entry.membership().scope());
      if (Age.isKnown(cache.config().created())) {
        node.put("created", cache.config().created().toString());
      } else {
        node.putNull("created");
      }
      node.put("size", cache.size());
      node.put("why", entry.why().orElse(""));
      node.put(
          "outcome",
          progress.map(done -> done.outcome(cache.tag(), "not reached")).orElse("planned"));
    }
  }
}
