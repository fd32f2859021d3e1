package dev.stepcache.bake;

import dev.stepcache.archive.CorruptArchiveException;
import dev.stepcache.archive.Decompression;
import dev.stepcache.archive.TarEntry;
import dev.stepcache.archive.TarHeader;
import dev.stepcache.archive.TarReader;
import dev.stepcache.disk.ContentSource;
import dev.stepcache.format.ReservedNames;
import dev.stepcache.oci.Descriptor;
import dev.stepcache.text.Printable;
import dev.stepcache.transfer.VerifiedReads;
import dev.stepcache.tree.EntryName;
import java.io.IOException;
import java.io.InputStream;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A file of another image, or a folder with all that is in it, as whoever runs that image sees it:
 * later layers win, whiteouts hide. No link is followed.
 */
final class FilesOfImage {
  /** What is larger is a whole system, and its names would fill the memory. */
  private static final int MOST = 200_000;

  private final RunnableImage image;
  private final FilePart part;
  private final InnerPath path;

  /** An entry and the number of the layer that has it. */
  private record FoundEntry(TarEntry entry, int layer) {}

  /**
   * @param path of the part's source
   */
  FilesOfImage(RunnableImage image, FilePart part, InnerPath path) {
    this.image = image;
    this.part = part;
    this.path = path;
  }

  /**
   * Finds it.
   *
   * @throws BakeException where it is not there, or is something else than was meant
   */
  Copy find() throws IOException {
    SortedMap<String, FoundEntry> found = new TreeMap<>(EntryName::compare);
    Hidden hidden = new Hidden();
    for (int number = image.layers().size() - 1; number >= 0; number--) {
      boolean whole = look(number, found, hidden);
      if (whole) {
        break;
      }
    }
    return part.isFolder() ? folder(found) : file(found);
  }

  /** What layers above hide of the one that is looked at. */
  private static final class Hidden {
    private final Set<String> names = new HashSet<>();
    private final Set<String> below = new HashSet<>();

    boolean hides(String name) {
      for (String above = name; !above.isEmpty(); above = EntryName.parent(above)) {
        if (names.contains(above) || below.contains(EntryName.parent(above))) {
          return true;
        }
      }
      return false;
    }
  }

  /** Looks into a layer; true if nothing below it can count. */
  private boolean look(int number, SortedMap<String, FoundEntry> found, Hidden hidden)
      throws IOException {
    Descriptor layer = image.layers().get(number);
    Hidden of = new Hidden();
    Map<String, FoundEntry> here = new HashMap<>();
    // Not verified: what is used of it is read again, and is.
    try (InputStream blob = image.store().blob(layer);
        InputStream in = Decompression.of(blob, RunnableImage.compression(layer))) {
      TarReader tar = new TarReader(in);
      for (Optional<TarEntry> next = tar.next(); next.isPresent(); next = tar.next()) {
        TarEntry entry = next.get();
        String name = entry.name().map(EntryName::value).orElse("");
        if (!name.isEmpty() && !hidden.hides(name) && !note(entry, name, of)) {
          take(new FoundEntry(entry, number), name, here);
        }
      }
    }
    boolean whole = false;
    for (Map.Entry<String, FoundEntry> one : here.entrySet()) {
      found.putIfAbsent(one.getKey(), one.getValue());
      if (one.getValue().entry().type() != TarEntry.Type.FOLDER) {
        of.names.add(one.getKey());
        whole |= one.getKey().equals(path.name());
      }
    }
    hidden.names.addAll(of.names);
    hidden.below.addAll(of.below);
    return whole;
  }

  /** Whether an entry is a whiteout, which is noted if it concerns what is looked for. */
  private boolean note(TarEntry entry, String name, Hidden hidden) {
    String last = entry.name().orElseThrow().lastComponent();
    if (!last.startsWith(ReservedNames.WHITEOUT)) {
      return false;
    }
    String parent = EntryName.parent(name);
    if (last.equals(ReservedNames.OPAQUE)) {
      hidden.below.add(parent);
    } else {
      String of = last.substring(ReservedNames.WHITEOUT.length());
      hidden.names.add(parent.isEmpty() ? of : parent + "/" + of);
    }
    return true;
  }

  private void take(FoundEntry found, String name, Map<String, FoundEntry> here)
      throws IOException {
    InnerPath there = new InnerPath(name);
    if (there.holds(path) && !there.equals(path)) {
      if (found.entry().type() == TarEntry.Type.SYMLINK) {
        throw new BakeException(
            part.source()
                + ": "
                + there
                + " is a symlink to "
                + found.entry().target()
                + " there: name the path that it leads to");
      }
      return;
    }
    if (path.holds(there)) {
      if (here.size() >= MOST) {
        throw new BakeException(part.source() + " has over " + MOST + " entries");
      }
      here.put(name, found);
    }
  }

  private Copy file(SortedMap<String, FoundEntry> found) throws BakeException {
    FoundEntry file = found.get(path.name());
    if (file == null && found.isEmpty()) {
      throw missing();
    }
    if (file == null || file.entry().type() == TarEntry.Type.FOLDER) {
      throw new BakeException(
          part.source() + " is a folder: write " + part.source() + "/ to copy it with all in it");
    }
    return switch (file.entry().type()) {
      case FILE -> new Copy(new TreeMap<>(Map.of(path.name(), file)));
      case SYMLINK, HARD_LINK ->
          throw new BakeException(
              part.source()
                  + " is a link to "
                  + Printable.of(file.entry().target())
                  + " there: name the path that it leads to");
      case FOLDER, SPECIAL -> throw new BakeException(part.source() + " is no file");
    };
  }

  private Copy folder(SortedMap<String, FoundEntry> found) throws BakeException {
    if (found.isEmpty()) {
      throw missing();
    }
    FoundEntry folder = found.get(path.name());
    if (folder != null && folder.entry().type() != TarEntry.Type.FOLDER) {
      throw new BakeException(part.source() + " is no folder there: leave out the slash behind it");
    }
    for (Map.Entry<String, FoundEntry> one : found.entrySet()) {
      TarEntry entry = one.getValue().entry();
      if (entry.type() == TarEntry.Type.HARD_LINK) {
        FoundEntry target = found.get(entry.target());
        if (target == null || target.layer() != one.getValue().layer()) {
          throw new BakeException(
              part.source()
                  + ": "
                  + Printable.of(one.getKey())
                  + " is a hard link out of it, to "
                  + Printable.of(entry.target()));
        }
      }
    }
    return new Copy(found);
  }

  private BakeException missing() {
    return new BakeException(part.source() + " is not there: that image has no " + path);
  }

  /** What was found, to be written into a layer. */
  final class Copy {
    private final SortedMap<String, FoundEntry> found;

    private Copy(SortedMap<String, FoundEntry> found) {
      this.found = found;
    }

    /** How many bytes the files have. */
    long size() {
      return found.values().stream().mapToLong(one -> one.entry().size()).sum();
    }

    /** Writes folders first, then what each layer has of the rest. */
    void write(LayerTar tar) throws IOException {
      if (part.isFolder() && !found.containsKey(path.name())) {
        tar.folder(part.destination().name(), 0755, TarHeader.MTIME);
      }
      for (Map.Entry<String, FoundEntry> one : found.entrySet()) {
        TarEntry entry = one.getValue().entry();
        if (entry.type() == TarEntry.Type.FOLDER) {
          tar.folder(there(one.getKey()), entry.mode(), TarHeader.MTIME);
        }
      }
      List<Descriptor> layers = image.layers();
      VerifiedReads reads = new VerifiedReads(image.store());
      for (int number = 0; number < layers.size(); number++) {
        int layer = number;
        if (found.values().stream().anyMatch(one -> has(one, layer))) {
          boolean _ =
              reads.read(
                  layers.get(layer),
                  blob -> {
                    copy(blob, layer, tar);
                    return true;
                  });
        }
      }
    }

    private static boolean has(FoundEntry found, int layer) {
      return found.layer() == layer && found.entry().type() != TarEntry.Type.FOLDER;
    }

    private void copy(InputStream blob, int layer, LayerTar tar) throws IOException {
      Set<String> done = new HashSet<>();
      try (InputStream in =
          Decompression.of(blob, RunnableImage.compression(image.layers().get(layer)))) {
        TarReader reader = new TarReader(in);
        for (Optional<TarEntry> next = reader.next(); next.isPresent(); next = reader.next()) {
          TarEntry entry = next.get();
          String name = entry.name().map(EntryName::value).orElse("");
          FoundEntry one = found.get(name);
          if (one == null || !has(one, layer)) {
            continue;
          }
          if (!done.add(name)) {
            throw new CorruptArchiveException("a layer has a name twice: " + name);
          }
          writeEntry(tar, entry, name, ContentSource.of(reader.content()));
        }
      }
    }

    private void writeEntry(LayerTar tar, TarEntry entry, String name, ContentSource content)
        throws IOException {
      switch (entry.type()) {
        case FILE -> tar.file(there(name), entry.mode(), entry.size(), TarHeader.MTIME, content);
        case SYMLINK -> tar.symlink(there(name), entry.target(), TarHeader.MTIME);
        case HARD_LINK ->
            tar.hardLink(there(name), entry.mode(), there(entry.target()), TarHeader.MTIME);
        case FOLDER, SPECIAL -> {
          // folders were written, and devices are no part of what is copied
        }
      }
    }

    private String there(String name) {
      String below = name.substring(Math.min(name.length(), path.name().length()));
      return part.destination().resolve(below.replaceFirst("^/", "")).name();
    }
  }
}
