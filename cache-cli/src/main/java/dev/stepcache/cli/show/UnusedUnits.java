package dev.stepcache.cli.show;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.stepcache.cli.Output;
import dev.stepcache.cli.Table;
import dev.stepcache.format.Uses;
import dev.stepcache.text.Printable;
import java.time.LocalDate;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/** What of a cache the last builds did not use, the longest unused first. */
record UnusedUnits(Uses uses) {
  private static final int MOST = 20;

  private List<Map.Entry<String, Uses.LastUse>> longestFirst() {
    return uses.unused().entrySet().stream()
        .sorted(
            Comparator.comparingLong(
                    (Map.Entry<String, Uses.LastUse> unit) -> unit.getValue().day())
                .thenComparing(Map.Entry.comparingByKey()))
        .toList();
  }

  void print(Output output) {
    if (uses.unused().isEmpty()) {
      return;
    }
    output.line("");
    Table table = Table.under("NOT USED LATELY", "LAST USE", "SAVES AGO");
    longestFirst().stream()
        .limit(MOST)
        .forEach(unit ->
            table.row(
                "  " + Printable.of(unit.getKey()),
                LocalDate.ofEpochDay(unit.getValue().day()).toString(),
                Integer.toString(unit.getValue().saves())));
    table.print(output);
    if (uses.unused().size() > MOST) {
      output.line("  and " + (uses.unused().size() - MOST) + " more (--output json has them)");
    }
  }

  void addTo(ObjectNode root) {
    ArrayNode units = root.putArray("unused");
    longestFirst()
        .forEach(unit ->
            units
                .addObject()
                .put("name", unit.getKey())
                .put("lastUse", LocalDate.ofEpochDay(unit.getValue().day()).toString())
                .put("saves", unit.getValue().saves()));
  }
}
