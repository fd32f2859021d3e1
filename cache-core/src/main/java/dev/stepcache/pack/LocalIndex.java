package dev.stepcache.pack;

import dev.stepcache.oci.Digest;
import dev.stepcache.tree.EntryName;
import dev.stepcache.tree.RestoreMode;
import dev.stepcache.tree.Tree;
import dev.stepcache.tree.TreeEntry;
import dev.stepcache.tree.TreeEntry.FileEntry;
import dev.stepcache.tree.TreeEntry.FolderEntry;
import dev.stepcache.tree.TreeEntry.SymlinkEntry;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.AbstractList;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.RandomAccess;

/**
 * What a restore leaves beside the tree, so that a later upload knows what has not moved since
 * without reading it (docs/format.md, the local index). A hint: missing, stale or damaged it costs
 * time, never correctness. Read in a stream, in the order of a scan, since it has a line for each
 * entry.
 */
public final class LocalIndex {
  /** The name of its file in our folder. */
  public static final String FILE = "index";

  private static final int MAGIC = 0x53_43_4C_31;
  private static final int SYMLINK = -1;
  private static final short AS_IT_IS = -1;

  private LocalIndex() {}

  /**
   * An entry as it was restored.
   *
   * @param mode that was saved, as against that which the restore gave it
   * @param layer in which it lies
   * @param size -1 for a symlink
   * @param sum the first 16 bytes of the SHA-256 of its content; empty for all but the first name
   *     of a file
   */
  private record Known(
      String name, int mode, int layer, long size, long mtime, long inode, byte[] sum) {}

  /**
   * What a tree is in the light of an index.
   *
   * @param base the image that was restored
   * @param untouched whether the tree is what was restored, as far as times and numbers tell
   * @param tree with the modes that were saved where the restore's own were left alone
   */
  public record Compared(Digest base, boolean untouched, Tree tree) {}

  /**
   * Writes the index of a tree that was just restored.
   *
   * @param tree scanned after the commit
   * @param restored the live names of each layer of {@code index}
   */
  public static void write(
      Path file,
      Digest base,
      RestoreMode mode,
      long watermark,
      TreeIndex index,
      List<RestoredNames> restored,
      Tree tree)
      throws IOException {
    Path temporary = file.resolveSibling("staging-" + FILE);
    try (DataOutputStream out =
        new DataOutputStream(new BufferedOutputStream(Files.newOutputStream(temporary), 1 << 16))) {
      out.writeInt(MAGIC);
      out.writeUTF(base.hex());
      out.writeUTF(mode.name());
      out.writeLong(watermark);
      out.writeInt(index.folders().size());
      for (FolderEntry folder : index.folders()) {
        name(out, folder.name().value());
        out.writeShort(folder.mode());
      }
      entries(out, index, restored, tree);
      out.writeInt(-1);
    }
    Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
  }

  /** Both the layers' names and the scan's are in order, so they are merged. */
  private static void entries(
      DataOutputStream out, TreeIndex index, List<RestoredNames> restored, Tree tree)
      throws IOException {
    PriorityQueue<RestoredNames.Cursor> cursors =
        new PriorityQueue<>(Comparator.comparing(RestoredNames.Cursor::name, EntryName::compare));
    for (int layer = 0; layer < restored.size(); layer++) {
      RestoredNames.Cursor cursor = restored.get(layer).cursor(layer);
      if (cursor.next()) {
        cursors.add(cursor);
      }
    }
    for (TreeEntry entry : tree.entries()) {
      RestoredNames.Cursor cursor = cursors.peek();
      while (cursor != null && EntryName.compare(cursor.name(), entry.name().value()) < 0) {
        advance(cursors);
        cursor = cursors.peek();
      }
      if (cursor != null && cursor.name().equals(entry.name().value())) {
        known(out, entry, cursor, index.layers().get(cursor.layer));
        advance(cursors);
      }
    }
  }

  private static void advance(PriorityQueue<RestoredNames.Cursor> cursors)
      throws CorruptArchiveException {
    RestoredNames.Cursor cursor = cursors.remove();
    if (cursor.next()) {
      cursors.add(cursor);
    }
  }

  private static void known(
      DataOutputStream out, TreeEntry entry, RestoredNames.Cursor cursor, TreeIndex.Layer layer)
      throws IOException {
    name(out, entry.name().value());
    out.writeShort(layer.modes()[cursor.position()]);
    out.writeShort(cursor.layer);
    out.writeLong(size(entry));
    out.writeLong(entry.mtime());
    out.writeLong(inode(entry));
    byte[] sum = cursor.sum();
    out.writeByte(sum.length);
    out.write(sum);
  }

  private static void name(DataOutputStream out, String name) throws IOException {
    byte[] bytes = LayerWriter.utf8(name);
    out.writeInt(bytes.length);
    out.write(bytes);
  }

  /**
   * Compares a scanned tree with the index in a file. What still has the mode that the restore gave
   * it gets the mode that was saved; the tree is untouched if it has the same entries and folders,
   * and each was left alone since the restore: it has its size, time and inode, and a ctime before
   * the watermark.
   *
   * @return empty when there is no index that can be understood
   */
  public static Optional<Compared> compare(Path file, Tree tree) {
    try (DataInputStream in =
        new DataInputStream(new BufferedInputStream(Files.newInputStream(file), 1 << 16))) {
      if (in.readInt() != MAGIC) {
        return Optional.empty();
      }
      Digest base = new Digest(in.readUTF());
      RestoreMode mode = RestoreMode.valueOf(in.readUTF());
      long watermark = in.readLong();
      List<FolderEntry> folders = new ArrayList<>(tree.folders().size());
      boolean untouched = folders(in, tree, mode, folders);
      short[] modes = new short[tree.entries().size()];
      untouched &= entries(in, tree, mode, watermark, modes);
      return Optional.of(
          new Compared(
              base,
              untouched,
              new Tree(
                  tree.root(),
                  folders,
                  new SavedModes(tree.entries(), modes),
                  tree.special(),
                  tree.unreadable())));
    } catch (IOException | IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  /** Merged as well, rather than held: others may write below a cache path, and any number. */
  private static boolean folders(
      DataInputStream in, Tree tree, RestoreMode mode, List<FolderEntry> saved) throws IOException {
    int left = bounded(in.readInt());
    boolean untouched = tree.folders().size() == left;
    String known = "";
    int before = 0;
    for (FolderEntry folder : tree.folders()) {
      while (left > 0 && EntryName.compare(known, folder.name().value()) < 0) {
        known = name(in, in.readInt());
        before = in.readShort() & 0777;
        left--;
      }
      if (known.equals(folder.name().value())
          && mode.folder(before, folder.mode()) == folder.mode()) {
        saved.add(new FolderEntry(folder.name(), before, folder.mtime()));
      } else {
        saved.add(folder);
        untouched = false;
      }
    }
    for (; left > 0; left--) {
      name(in, in.readInt());
      in.readShort();
    }
    return untouched;
  }

  /** Both are in the order of names, so they are merged: whether nothing was touched. */
  private static boolean entries(
      DataInputStream in, Tree tree, RestoreMode mode, long watermark, short[] modes)
      throws IOException {
    boolean untouched = true;
    Optional<Known> known = known(in);
    for (int at = 0; at < modes.length; at++) {
      TreeEntry entry = tree.entries().get(at);
      modes[at] = AS_IT_IS;
      while (known.isPresent() && EntryName.compare(known.get().name(), entry.name().value()) < 0) {
        known = known(in);
        untouched = false;
      }
      if (known.isEmpty() || !known.get().name().equals(entry.name().value())) {
        untouched = false;
        continue;
      }
      untouched &= isUntouched(entry, known.get(), watermark);
      if (mode.file(known.get().mode()) == entry.mode()) {
        modes[at] = (short) known.get().mode();
      }
      known = known(in);
    }
    return untouched && known.isEmpty();
  }

  private static Optional<Known> known(DataInputStream in) throws IOException {
    int length = in.readInt();
    return length < 0
        ? Optional.empty()
        : Optional.of(
            new Known(
                name(in, length),
                in.readShort() & 0777,
                in.readShort(),
                in.readLong(),
                in.readLong(),
                in.readLong(),
                in.readNBytes(in.readByte() & 0x1f)));
  }

  /** A tree's entries, some with another mode; made when they are asked for. */
  private static final class SavedModes extends AbstractList<TreeEntry> implements RandomAccess {
    private final List<TreeEntry> entries;
    private final short[] modes;

    SavedModes(List<TreeEntry> entries, short[] modes) {
      this.entries = entries;
      this.modes = modes;
    }

    @Override
    public TreeEntry get(int index) {
      TreeEntry entry = entries.get(index);
      return modes[index] != AS_IT_IS && entry instanceof FileEntry file
          ? new FileEntry(
              file.name(),
              modes[index],
              file.mtime(),
              file.size(),
              file.inode(),
              file.ctime(),
              file.linkTo())
          : entry;
    }

    @Override
    public int size() {
      return entries.size();
    }
  }

  private static int bounded(int count) throws IOException {
    if (count < 0 || count > IndexCodec.MOST_ENTRIES) {
      throw new CorruptArchiveException("the local index is out of bounds");
    }
    return count;
  }

  private static String name(DataInputStream in, int length) throws IOException {
    if (length <= 0 || length > EntryName.LONGEST) {
      throw new CorruptArchiveException("the local index has a name that is too long");
    }
    byte[] bytes = new byte[length];
    in.readFully(bytes);
    return new String(bytes, StandardCharsets.UTF_8);
  }

  private static boolean isUntouched(TreeEntry entry, Known known, long watermark) {
    long ctime =
        switch (entry) {
          case FileEntry file -> file.ctime();
          case SymlinkEntry link -> link.ctime();
          case FolderEntry folder -> Long.MAX_VALUE;
        };
    return size(entry) == known.size()
        && entry.mtime() == known.mtime()
        && inode(entry) == known.inode()
        && ctime < watermark;
  }

  private static long size(TreeEntry entry) {
    return entry instanceof FileEntry file ? file.size() : SYMLINK;
  }

  private static long inode(TreeEntry entry) {
    return switch (entry) {
      case FileEntry file -> file.inode();
      case SymlinkEntry link -> link.inode();
      case FolderEntry folder -> 0;
    };
  }
}
