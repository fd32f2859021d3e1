package dev.stepcache.usage;

import dev.stepcache.oci.Descriptor;
import dev.stepcache.oci.Digest;
import dev.stepcache.oci.LayoutDocument;
import dev.stepcache.oci.MalformedDocumentException;
import dev.stepcache.tree.EntryName;
import dev.stepcache.tree.Tree;
import dev.stepcache.tree.TreeEntry;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Of one OCI image layout in a tree, the blobs that nothing names which {@code index.json} leads
 * to. Writers such as BuildKit's local cache exporter add blobs and never take any away.
 *
 * @param layout the layout's folder; empty for the cache path itself
 * @param names files, none of which is a hard link of another
 * @param bytes of these files
 */
public record UnreferencedBlobs(String layout, Set<EntryName> names, long bytes) {
  private static final String INDEX = "index.json";
  private static final String BLOBS = "blobs/sha256/";
  private static final int HEX_DIGITS = 64;
  private static final int LARGEST = 16 << 20;

  /** A layout whose blobs cannot be told apart, and why; all of them count as named. */
  public record Unclear(String layout, IOException cause) {}

  /** What was found in the layouts of a tree. */
  public record Search(Set<UnreferencedBlobs> blobs, Set<Unclear> unclear) {}

  /** Looks through all layouts of a tree. */
  public static Search in(Tree tree) {
    Set<EntryName> linked = new HashSet<>();
    SortedMap<String, Layout> layouts = new TreeMap<>();
    for (TreeEntry entry : tree.entries()) {
      if (entry instanceof TreeEntry.FileEntry file) {
        file.linkTo()
            .ifPresent(first -> {
              linked.add(first);
              linked.add(file.name());
            });
        Optional<String> folder = folder(file.name().value());
        folder.ifPresent(name ->
            layouts
                .computeIfAbsent(name, at -> new Layout(tree, at))
                .blobs
                .put(digest(file.name()), file));
        if (file.name().lastComponent().equals(INDEX)) {
          layouts.computeIfAbsent(file.name().parent(), at -> new Layout(tree, at)).index =
              Optional.of(file);
        }
      }
    }
    Set<UnreferencedBlobs> blobs = new HashSet<>();
    Set<Unclear> unclear = new HashSet<>();
    for (Layout layout : layouts.values()) {
      if (layout.index.isPresent() && !layout.blobs.isEmpty()) {
        try {
          blobs.add(layout.unreferenced(linked));
        } catch (IOException e) {
          unclear.add(new Unclear(layout.folder, e));
        }
      }
    }
    return new Search(blobs, unclear);
  }

  /** The folder of the layout that a file is a blob of. */
  private static Optional<String> folder(String name) {
    int at = name.length() - HEX_DIGITS - BLOBS.length();
    if (at < 0
        || !name.startsWith(BLOBS, at)
        || (at > 0 && name.charAt(at - 1) != '/')
        || !name.substring(name.length() - HEX_DIGITS).matches("[0-9a-f]*")) {
      return Optional.empty();
    }
    return Optional.of(name.substring(0, Math.max(0, at - 1)));
  }

  private static Digest digest(EntryName blob) {
    return new Digest(blob.lastComponent());
  }

  private static final class Layout {
    private final Tree tree;
    private final String folder;
    private final Map<Digest, TreeEntry.FileEntry> blobs = new HashMap<>();
    private Optional<TreeEntry.FileEntry> index = Optional.empty();

    Layout(Tree tree, String folder) {
      this.tree = tree;
      this.folder = folder;
    }

    UnreferencedBlobs unreferenced(Set<EntryName> linked) throws IOException {
      Set<Digest> named = named();
      Set<EntryName> names = new HashSet<>();
      long bytes = 0;
      for (Map.Entry<Digest, TreeEntry.FileEntry> blob : blobs.entrySet()) {
        if (!named.contains(blob.getKey()) && !linked.contains(blob.getValue().name())) {
          names.add(blob.getValue().name());
          bytes += blob.getValue().size();
        }
      }
      return new UnreferencedBlobs(folder, names, bytes);
    }

    private Set<Digest> named() throws IOException {
      Set<Digest> named = new HashSet<>();
      Deque<Descriptor> open = new ArrayDeque<>();
      name(LayoutDocument.parse(read(index.orElseThrow())), named, open);
      while (!open.isEmpty()) {
        Descriptor document = open.remove();
        TreeEntry.FileEntry blob = blobs.get(document.digest());
        if (blob == null) {
          throw new MalformedDocumentException(document.digest() + " is named, and is not there");
        }
        byte[] content = read(blob);
        if (!Digest.of(content).equals(document.digest())) {
          throw new MalformedDocumentException(document.digest() + " has another content");
        }
        name(LayoutDocument.parse(content), named, open);
      }
      return named;
    }

    private static void name(LayoutDocument document, Set<Digest> named, Deque<Descriptor> open) {
      document.content().forEach(blob -> named.add(blob.digest()));
      document.documents().stream().filter(blob -> named.add(blob.digest())).forEach(open::add);
    }

    private byte[] read(TreeEntry.FileEntry file) throws IOException {
      try (InputStream in =
          Files.newInputStream(tree.roots().path(file.name()), LinkOption.NOFOLLOW_LINKS)) {
        byte[] content = in.readNBytes(LARGEST + 1);
        if (content.length > LARGEST) {
          throw new MalformedDocumentException(file.name() + " is larger than 16 MiB");
        }
        return content;
      }
    }
  }
}
