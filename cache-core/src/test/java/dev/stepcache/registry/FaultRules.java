package dev.stepcache.registry;

import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;

/** Which requests to a server of a test go wrong, and how. */
public final class FaultRules {
  private record Rule(String method, String part, Queue<Fault> faults) {}

  private final List<Rule> rules = new CopyOnWriteArrayList<>();

  /** The next requests of this method, whose path holds this part, meet these faults in order. */
  public void fault(String method, String part, Fault... faults) {
    rules.add(new Rule(method, part, new ConcurrentLinkedQueue<>(Arrays.asList(faults))));
  }

  /** Each request of this method, whose path holds this part, meets this fault. */
  public void always(String method, String part, Fault fault) {
    Fault[] many = new Fault[1000];
    Arrays.fill(many, fault);
    fault(method, part, many);
  }

  /** No request meets a fault any more. */
  public void mend() {
    rules.clear();
  }

  /** Whether a fault has answered in the server's place. */
  public boolean strike(HttpExchange exchange, Fault.Damage damage) throws IOException {
    String path = exchange.getRequestURI().toString();
    for (Rule rule : rules) {
      if (rule.method().equals(exchange.getRequestMethod()) && path.contains(rule.part())) {
        Fault fault = rule.faults().poll();
        if (fault != null && fault.strike(exchange, damage)) {
          return true;
        }
      }
    }
    return false;
  }
}
