package dev.stepcache.cli;

import java.util.ArrayList;
import java.util.List;

/** Lines of cells that stand below each other. */
public final class Table {
  private static final String GAP = "  ";

  private final List<List<String>> rows = new ArrayList<>();
  private final boolean headed;

  /** With nothing above its lines. */
  public Table() {
    this(false);
  }

  private Table(boolean headed) {
    this.headed = headed;
  }

  /** With names above its columns. */
  public static Table under(String... names) {
    return new Table(true).row(names);
  }

  /** Adds a line, of as many cells as it likes. */
  public Table row(String... cells) {
    rows.add(List.of(cells));
    return this;
  }

  /** Prints all lines, each column as wide as its widest cell. */
  public void print(Output output) {
    List<Integer> widths = widths();
    for (int at = 0; at < rows.size(); at++) {
      List<String> row = rows.get(at);
      StringBuilder line = new StringBuilder();
      for (int column = 0; column < row.size(); column++) {
        String cell = row.get(column);
        line.append(column == 0 ? "" : GAP).append(cell);
        if (column < row.size() - 1) {
          line.append(" ".repeat(widths.get(column) - cell.length()));
        }
      }
      String text = line.toString().stripTrailing();
      if (headed && at == 0) {
        output.heading(text);
      } else {
        output.line(text);
      }
    }
  }

  /** Of each column; counted once, since there may be many rows. */
  private List<Integer> widths() {
    List<Integer> widths = new ArrayList<>();
    for (List<String> row : rows) {
      for (int column = 0; column < row.size(); column++) {
        if (column == widths.size()) {
          widths.add(0);
        }
        widths.set(column, Math.max(widths.get(column), row.get(column).length()));
      }
    }
    return widths;
  }
}
