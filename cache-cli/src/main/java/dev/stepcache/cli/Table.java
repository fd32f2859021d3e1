package dev.stepcache.cli;

import java.util.ArrayList;
import java.util.List;

/** Lines of cells that stand below each other. */
public final class Table {
  private static final String GAP = "  ";

  private final List<List<String>> rows = new ArrayList<>();

  public Table row(String... cells) {
    rows.add(List.of(cells));
    return this;
  }

  public void print(Output output) {
    for (List<String> row : rows) {
      StringBuilder line = new StringBuilder();
      for (int column = 0; column < row.size(); column++) {
        String cell = row.get(column);
        line.append(column == 0 ? "" : GAP).append(cell);
        if (column < row.size() - 1) {
          line.append(" ".repeat(width(column) - cell.length()));
        }
      }
      output.line(line.toString().stripTrailing());
    }
  }

  private int width(int column) {
    return rows.stream()
        .filter(row -> row.size() > column)
        .mapToInt(row -> row.get(column).length())
        .max()
        .orElse(0);
  }
}
