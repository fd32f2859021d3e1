package dev.stepcache.format;

import com.github.luben.zstd.ZstdInputStreamNoFinalizer;
import dev.stepcache.tree.EntryName;
import dev.stepcache.tree.Roots;
import dev.stepcache.tree.Tree;
import dev.stepcache.tree.TreeEntry;
import dev.stepcache.tree.TreeEntry.FileEntry;
import dev.stepcache.tree.TreeEntry.FolderEntry;
import dev.stepcache.tree.TreeEntry.SymlinkEntry;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** Trees for the tests of this room. */
public final class Samples {
  private final Path root;
  private final List<FolderEntry> folders = new ArrayList<>();
  private final List<TreeEntry> entries = new ArrayList<>();

  public Samples(Path root) {
    this.root = root;
  }

  public Samples folder(String name, int mode, long mtime) throws IOException {
    Files.createDirectories(root.resolve(name));
    folders.add(new FolderEntry(new EntryName(name), mode, mtime));
    return this;
  }

  public Samples file(String name, byte[] content, int mode, long mtime) throws IOException {
    Path path = root.resolve(name);
    Files.createDirectories(path.getParent());
    Files.write(path, content);
    entries.add(entry(name, content.length, mode, mtime, Optional.empty()));
    return this;
  }

  public Samples hardLink(String name, String first, int mode, long mtime) throws IOException {
    Files.createLink(root.resolve(name), root.resolve(first));
    entries.replaceAll(entry ->
        entry.name().value().equals(first)
            ? entry(first, ((FileEntry) entry).size(), mode, mtime, Optional.empty())
            : entry);
    entries.add(entry(name, Files.size(root.resolve(first)), mode, mtime, Optional.of(first)));
    return this;
  }

  public Samples symlink(String name, String target, long mtime) {
    entries.add(new SymlinkEntry(new EntryName(name), mtime, target, 0, 0));
    return this;
  }

  private FileEntry entry(String name, long size, int mode, long mtime, Optional<String> first) {
    try {
      long ctime =
          ((FileTime)
                  Files.getAttribute(root.resolve(name), "unix:ctime", LinkOption.NOFOLLOW_LINKS))
              .to(TimeUnit.NANOSECONDS);
      return new FileEntry(
          new EntryName(name), mode, mtime, size, 1, ctime, first.map(EntryName::new));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public Tree tree() {
    entries.sort(Comparator.comparing(TreeEntry::name));
    folders.sort(Comparator.comparing(FolderEntry::name));
    return new Tree(Roots.of(root), folders, entries, 0, List.of());
  }

  public static byte[] unzstd(byte[] blob) throws IOException {
    try (var in = new ZstdInputStreamNoFinalizer(new ByteArrayInputStream(blob))) {
      return in.readAllBytes();
    }
  }
}
