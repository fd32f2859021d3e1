package dev.stepcache.hostile;

import dev.stepcache.oci.Digest;
import dev.stepcache.restore.TreeSnapshot;
import java.nio.charset.StandardCharsets;
import java.nio.file.attribute.FileTime;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/**
 * A tree as it must come back. Times are in nanoseconds, and of folders only where they are said.
 */
final class Expected {
  static final long TIME = RawHeader.TIME * 1_000_000_000L;

  private static final FileTime ANY = FileTime.fromMillis(0);

  private final SortedMap<String, TreeSnapshot.Entry> entries = new TreeMap<>();

  Expected file(String name, String content) {
    return file(name, content, "644", TIME);
  }

  Expected file(String name, String content, String mode, long time) {
    return file(name, content.getBytes(StandardCharsets.UTF_8), mode, time);
  }

  Expected file(String name, byte[] content, String mode, long time) {
    return put(name, "file", Digest.of(content).hex(), mode, FileTime.from(time, NANOSECONDS));
  }

  Expected symlink(String name, String target) {
    return put(name, "symlink", target, "777", FileTime.from(TIME, NANOSECONDS));
  }

  /**
   * Another name of a file or symlink that was named before; the first in order names the group.
   */
  Expected hardLink(String name, String other) {
    TreeSnapshot.Entry first = entries.get(other);
    String group = name.compareTo(first.group()) < 0 ? name : first.group();
    put(name, first.kind(), first.content(), first.mode(), first.mtime());
    entries.replaceAll((key, entry) ->
        key.equals(name) || entry.group().equals(first.group())
            ? new TreeSnapshot.Entry(
                entry.kind(), entry.content(), entry.mode(), entry.mtime(), group)
            : entry);
    return this;
  }

  Expected folder(String name) {
    return folder(name, "755", TIME);
  }

  Expected folder(String name, String mode, long time) {
    return put(name, "folder", "", mode, FileTime.from(time, NANOSECONDS));
  }

  private static final TimeUnit NANOSECONDS = TimeUnit.NANOSECONDS;

  private Expected put(String name, String kind, String content, String mode, FileTime time) {
    for (int slash = name.indexOf('/'); slash >= 0; slash = name.indexOf('/', slash + 1)) {
      String above = name.substring(0, slash);
      entries.putIfAbsent(above, new TreeSnapshot.Entry("folder", "", "755", ANY, above));
    }
    entries.put(name, new TreeSnapshot.Entry(kind, content, mode, time, name));
    return this;
  }

  SortedMap<String, TreeSnapshot.Entry> entries() {
    return Collections.unmodifiableSortedMap(entries);
  }

  /** What this lies over, where it says nothing of it. */
  Expected over(SortedMap<String, TreeSnapshot.Entry> before) {
    Expected merged = new Expected();
    before.forEach((name, entry) -> {
      boolean folder = entry.kind().equals("folder");
      boolean hidden = entries.containsKey(name) && !(folder && isFolder(name));
      for (int slash = name.indexOf('/'); slash >= 0; slash = name.indexOf('/', slash + 1)) {
        String above = name.substring(0, slash);
        hidden |= entries.containsKey(above) && !isFolder(above);
        hidden |= isFolder(above) && !before.get(above).kind().equals("folder");
      }
      if (!hidden) {
        merged.entries.put(
            name, folder ? new TreeSnapshot.Entry("folder", "", entry.mode(), ANY, name) : entry);
      }
    });
    entries.forEach((name, entry) -> {
      TreeSnapshot.Entry there = merged.entries.get(name);
      // Of a folder that nobody named the mode stays as it was.
      if (there == null || !entry.mtime().equals(ANY)) {
        merged.entries.put(name, entry);
      }
    });
    return merged;
  }

  private boolean isFolder(String name) {
    TreeSnapshot.Entry entry = entries.get(name);
    return entry != null && entry.kind().equals("folder");
  }

  /** The difference to what is there; empty if there is none. */
  String difference(SortedMap<String, TreeSnapshot.Entry> actual, boolean attributes) {
    StringBuilder difference = new StringBuilder();
    entries.forEach((name, entry) -> {
      TreeSnapshot.Entry there = actual.get(name);
      if (there == null) {
        difference.append("lacks '").append(name).append("'; ");
        return;
      }
      TreeSnapshot.Entry seen = entry.mtime().equals(ANY) ? there.anyTime() : there;
      TreeSnapshot.Entry wanted = entry;
      if (!attributes) {
        seen = seen.anyMode().anyTime();
        wanted = wanted.anyMode().anyTime();
      }
      if (!seen.equals(wanted)) {
        difference.append("has ").append(seen).append(" for ").append(wanted).append("; ");
      }
    });
    for (String name : actual.keySet()) {
      if (!entries.containsKey(name)) {
        difference.append("has '").append(name).append("' too many; ");
      }
    }
    return difference.toString();
  }
}
