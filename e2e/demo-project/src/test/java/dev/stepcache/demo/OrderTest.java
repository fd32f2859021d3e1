package dev.stepcache.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.Map;
import org.junit.jupiter.api.Test;

class OrderTest {
  @Test
  void countsPiecesByCustomer() throws IOException {
    String json =
        """
        [{"customer": "  Ada  Byron ", "day": "2026-01-02", "pieces": 2},
         {"customer": "Grace", "day": "2026-01-03", "pieces": 1},
         {"customer": "Ada Byron", "day": "2026-02-01", "pieces": 3}]
        """;
    assertThat(Order.piecesByCustomer(Order.parse(json)))
        .containsExactly(Map.entry("Ada Byron", 5), Map.entry("Grace", 1));
  }
}
