package dev.stepcache.restore;

import dev.stepcache.disk.ContentSource;
import dev.stepcache.syscall.FileIdentity;
import dev.stepcache.tree.EntryName;
import dev.stepcache.tree.TreeEntry.FolderEntry;
import java.io.IOException;
import java.util.List;
import java.util.function.Predicate;

/** A tree that is being made beside the content of its cache paths, invisible until committed. */
public sealed interface Stage extends AutoCloseable permits Staging, JoinedStaging {
  /** As {@link Staging#file}. */
  FileIdentity file(EntryName name, ContentSource content, long size, int mode, long mtime)
      throws IOException;

  /** As {@link Staging#symlink}. */
  FileIdentity symlink(EntryName name, String target, long mtime) throws IOException;

  /** As {@link Staging#hardLink}. */
  FileIdentity hardLink(EntryName name, EntryName existing) throws IOException;

  /** As {@link Staging#folder}. */
  void folder(EntryName name, int mode, long mtime) throws IOException;

  /** As {@link Staging#finishFolders}. */
  void finishFolders(List<FolderEntry> some) throws IOException;

  /** As {@link Staging#remove}. */
  void remove(EntryName name) throws IOException;

  /** As {@link Staging#clear}. */
  void clear(String folder, Predicate<String> kept) throws IOException;

  /** As {@link Staging#isFolder}. */
  boolean isFolder(EntryName name);

  /** As {@link Staging#flush}, of each cache path's. */
  void flush() throws IOException;

  /** As {@link Staging#commit}, all or nothing over all cache paths. */
  Committed commit() throws IOException;

  @Override
  void close() throws IOException;
}
