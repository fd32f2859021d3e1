package dev.stepcache.demo;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import com.google.common.collect.ImmutableSortedMap;
import com.google.common.collect.Ordering;
import java.io.IOException;
import java.time.LocalDate;
import java.util.List;
import org.apache.commons.lang3.StringUtils;

/** An order as customers send it. */
public record Order(String customer, LocalDate day, int pieces) {
  private static final ObjectMapper JSON =
      JsonMapper.builder().addModule(new JavaTimeModule()).build();

  public Order {
    customer = StringUtils.normalizeSpace(customer);
  }

  public static List<Order> parse(String json) throws IOException {
    return List.of(JSON.readValue(json, Order[].class));
  }

  /** How many pieces each customer ordered, by name. */
  public static ImmutableSortedMap<String, Integer> piecesByCustomer(List<Order> orders) {
    return orders.stream()
        .collect(
            ImmutableSortedMap.toImmutableSortedMap(
                Ordering.natural(), Order::customer, Order::pieces, Integer::sum));
  }
}
