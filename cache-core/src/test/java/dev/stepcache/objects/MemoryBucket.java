package dev.stepcache.objects;

import dev.stepcache.oci.Digest;
import dev.stepcache.store.StoreException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;

/** A bucket in memory, which answers as it is told to: what no real one does when a test wants. */
final class MemoryBucket implements Bucket {
  /** Is asked before each request; may throw, or do something else meanwhile. */
  @FunctionalInterface
  interface Fault {
    void before(String request, String name) throws IOException;
  }

  private static final int PAGE = 3;

  private record Entry(byte[] bytes, long version, Instant modified) {}

  private final NavigableMap<String, Entry> objects = new TreeMap<>();
  private final List<String> requests = new ArrayList<>();
  private boolean ignoresConditions;
  private boolean refusesDeletion;
  private Fault fault = (request, name) -> {};
  private Instant now = Instant.parse("2026-01-01T00:00:00Z");
  private long versions;

  /** As some that speak S3 do. */
  void ignoreConditions() {
    ignoresConditions = true;
  }

  void refuseDeletion() {
    refusesDeletion = true;
  }

  synchronized void fail(Fault next) {
    fault = next;
  }

  synchronized void pass(Duration time) {
    now = now.plus(time);
  }

  /** What was asked for, such as "put folder/oci-layout", since the last time. */
  synchronized List<String> requests() {
    List<String> since = List.copyOf(requests);
    requests.clear();
    return since;
  }

  synchronized List<String> names() {
    return List.copyOf(objects.keySet());
  }

  synchronized byte[] bytes(String name) {
    return objects.get(name).bytes();
  }

  synchronized void set(String name, byte[] bytes) {
    objects.put(name, new Entry(bytes, ++versions, now));
  }

  synchronized void remove(String name) {
    objects.remove(name);
  }

  private void ask(String request, String name) throws IOException {
    Fault next;
    synchronized (this) {
      requests.add(request + " " + name);
      next = fault;
    }
    next.before(request, name);
  }

  @Override
  public Optional<ObjectState> head(String name, String what) throws IOException {
    ask("head", name);
    return state(name);
  }

  private synchronized Optional<ObjectState> state(String name) {
    Entry entry = objects.get(name);
    return entry == null
        ? Optional.empty()
        : Optional.of(
            new ObjectState(name, entry.bytes().length, "v" + entry.version(), entry.modified()));
  }

  @Override
  public Optional<ObjectContent> read(String name, int most, String what) throws IOException {
    ask("get", name);
    synchronized (this) {
      Entry entry = objects.get(name);
      if (entry == null) {
        return Optional.empty();
      }
      if (entry.bytes().length > most) {
        throw new StoreException.Rejected(what + ": is larger than " + most + " bytes");
      }
      return Optional.of(new ObjectContent(entry.bytes(), "v" + entry.version()));
    }
  }

  @Override
  public Optional<InputStream> open(String name, long size, String what) throws IOException {
    return read(name, Integer.MAX_VALUE, what)
        .map(content -> new ByteArrayInputStream(content.bytes()));
  }

  @Override
  public Written put(String name, Payload payload, Condition condition, String what)
      throws IOException {
    ask("put", name);
    byte[] bytes;
    try (InputStream in = PayloadPart.all(payload).open()) {
      // Not to its end: as one that was told a length.
      bytes = in.readNBytes((int) payload.size());
    }
    if (!Digest.of(bytes).equals(payload.digest())) {
      throw new AssertionError(name + ": was given other bytes than " + payload.digest());
    }
    synchronized (this) {
      if (!ignoresConditions && !holds(name, condition)) {
        return new Written.Conflict();
      }
      set(name, bytes);
      return new Written.Done();
    }
  }

  private boolean holds(String name, Condition condition) {
    return switch (condition) {
      case Condition.None _ -> true;
      case Condition.Absent _ -> !objects.containsKey(name);
      case Condition.Unchanged(String version) ->
          state(name).filter(state -> state.version().equals(version)).isPresent();
    };
  }

  @Override
  public ListedObjects list(String prefix, Optional<String> after, String what) throws IOException {
    ask("list", prefix);
    synchronized (this) {
      List<ObjectState> page = new ArrayList<>();
      for (String name : objects.tailMap(after.orElse(prefix), after.isEmpty()).keySet()) {
        if (!name.startsWith(prefix)) {
          break;
        }
        if (page.size() == PAGE) {
          return new ListedObjects(page, Optional.of(page.getLast().name()));
        }
        state(name).ifPresent(page::add);
      }
      return new ListedObjects(page, Optional.empty());
    }
  }

  @Override
  public Removed delete(String name, Condition condition, String what) throws IOException {
    ask("delete", name);
    synchronized (this) {
      if (refusesDeletion) {
        return new Removed.Refused(what + ": access denied");
      }
      if (objects.containsKey(name) && !holds(name, condition)) {
        return new Removed.Conflict();
      }
      objects.remove(name);
      return new Removed.Done();
    }
  }

  @Override
  public String toString() {
    return "s3://bucket";
  }

  @Override
  public void close() {}
}
