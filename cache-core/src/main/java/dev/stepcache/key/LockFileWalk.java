package dev.stepcache.key;

import dev.stepcache.io.Interrupts;
import dev.stepcache.text.Printable;
import dev.stepcache.tree.EntryName;
import dev.stepcache.tree.MarkerFile;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.IntStream;

/**
 * One walk of a working directory: the files that patterns match. Links to folders are not
 * followed, and folders that no pattern can match in are not opened.
 */
final class LockFileWalk {
  /**
   * What no build's inputs lie in, unless a pattern begins with it. {@code lost+found} is root's
   * own, at the root of many a volume.
   */
  private static final Set<String> SELDOM_WALKED =
      Set.of(
          ".git",
          ".hg",
          ".svn",
          ".jj",
          ".bzr",
          "CVS",
          "node_modules",
          ".gradle",
          ".m2",
          ".venv",
          ".tox",
          "__pycache__",
          "lost+found");

  /**
   * A folder that is still to be read, and where each pattern stands there. Kept on a list of our
   * own, since a tree may be deeper than a thread's stack.
   */
  private record Folder(Path path, List<String> names, long[] states) {}

  private final Path root;
  private final List<Glob> globs;
  private final Set<Object> neverWalked = new HashSet<>();
  private final Map<String, Path> found = new TreeMap<>(EntryName::compare);

  /** Positions in the list of patterns. */
  private final BitSet matched = new BitSet();

  private final List<String> passedOver = new ArrayList<>();
  private final Deque<Folder> pending = new ArrayDeque<>();

  private LockFileWalk(Path root, List<Glob> globs) {
    this.root = root;
    this.globs = globs;
  }

  /**
   * @param workingDirectory may itself be a link
   */
  static LockFileWalk of(Path workingDirectory, List<Glob> globs, Set<Path> neverWalked)
      throws IOException {
    LockFileWalk walk = new LockFileWalk(workingDirectory.toRealPath(), globs);
    for (Path folder : neverWalked) {
      if (Files.isDirectory(folder)) {
        walk.neverWalked.add(Files.readAttributes(folder, BasicFileAttributes.class).fileKey());
      }
    }
    long[] states = globs.stream().mapToLong(Glob::start).toArray();
    walk.pending.add(new Folder(walk.root, List.of(), states));
    while (!walk.pending.isEmpty()) {
      Interrupts.check("interrupted while lock files were looked for");
      walk.folder(walk.pending.removeLast());
    }
    return walk;
  }

  /** What matched: where to read it, by its name, in the order of the names' bytes. */
  Map<String, Path> found() {
    return found;
  }

  /** The patterns that took in no file. */
  List<String> unmatched() {
    return IntStream.range(0, globs.size())
        .filter(at -> !globs.get(at).excludes() && !matched.get(at))
        .mapToObj(at -> globs.get(at).text())
        .toList();
  }

  /**
   * What a pattern matched, or might have matched in, and is no part of the key: a sentence each.
   * What nobody can read is no input of a build, and must not cost it its cache.
   */
  List<String> passedOver() {
    return passedOver;
  }

  private void folder(Folder folder) throws IOException {
    long[] states = folder.states();
    List<Path> children = children(folder.path());
    if (!folder.names().isEmpty() && children.stream().anyMatch(LockFileWalk::isMarker)) {
      // A cache path of somebody else's: what lies there is no input.
      return;
    }
    for (Path child : children) {
      if (isMarker(child)) {
        continue;
      }
      String name = child.getFileName().toString();
      long[] next = new long[states.length];
      boolean left = false;
      for (int at = 0; at < next.length; at++) {
        next[at] = states[at] == 0 ? 0 : globs.get(at).next(states[at], name);
        left |= next[at] != 0 && !globs.get(at).excludes();
      }
      if (left) {
        List<String> path = new ArrayList<>(folder.names());
        path.add(name);
        entry(child, path, next);
      }
    }
  }

  private static boolean isMarker(Path file) {
    return MarkerFile.named(file.getFileName().toString())
        .filter(marker -> hasContentOf(file, marker))
        .isPresent();
  }

  private static boolean hasContentOf(Path file, MarkerFile marker) {
    if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
      return false;
    }
    try (InputStream content = Files.newInputStream(file)) {
      return marker.isContent(content.readNBytes(marker.size() + 1));
    } catch (IOException e) {
      return false;
    }
  }

  private void entry(Path path, List<String> names, long[] states) throws IOException {
    BasicFileAttributes attributes;
    try {
      attributes = Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
    } catch (NoSuchFileException e) {
      return;
    }
    boolean folder = attributes.isDirectory();
    for (int at = 0; at < states.length; at++) {
      Glob glob = globs.get(at);
      if (glob.excludes() && glob.complete(states[at]) && (folder || !glob.foldersOnly())) {
        return;
      }
    }
    if (folder) {
      descend(path, names, states, attributes);
      return;
    }
    BitSet matching = new BitSet();
    for (int at = 0; at < states.length; at++) {
      Glob glob = globs.get(at);
      if (!glob.excludes() && !glob.foldersOnly() && glob.complete(states[at])) {
        matching.set(at);
      }
    }
    if (matching.isEmpty()) {
      return;
    }
    String name = String.join("/", names);
    Path content = path;
    if (attributes.isSymbolicLink()) {
      Optional<Path> target = target(path, name);
      if (target.isEmpty()) {
        return;
      }
      content = target.get();
    }
    if (Files.isDirectory(content)) {
      return;
    }
    if (!Files.isRegularFile(content)) {
      passOver(name, "is no regular file");
      return;
    }
    if (!spells(root, path, name)) {
      passOver(
          name,
          "has a name that is not UTF-8, or this process runs without a UTF-8 locale"
              + " (LC_ALL=C.UTF-8)");
      return;
    }
    found.put(name, content);
    matched.or(matching);
  }

  private void descend(Path path, List<String> names, long[] states, BasicFileAttributes attributes)
      throws IOException {
    boolean seldom =
        SELDOM_WALKED.contains(names.getLast()) || neverWalked.contains(attributes.fileKey());
    long[] below = states.clone();
    boolean open = false;
    for (int at = 0; at < below.length; at++) {
      Glob glob = globs.get(at);
      if (!glob.excludes() && (!glob.open(below[at]) || (seldom && !glob.beginsWith(names)))) {
        below[at] = 0;
      }
      open |= below[at] != 0 && !glob.excludes();
    }
    if (open) {
      pending.add(new Folder(path, names, below));
    }
  }

  private void passOver(String name, String why) {
    passedOver.add(
        "'" + Printable.name(name) + "' matches, and " + why + "; it is no part of the key");
  }

  private Optional<Path> target(Path link, String name) {
    Path target;
    try {
      target = link.toRealPath();
    } catch (IOException e) {
      passOver(name, "is a link that leads nowhere");
      return Optional.empty();
    }
    // Whose hash would be published with the cache.
    if (!target.startsWith(root) && !Files.isDirectory(target)) {
      passOver(name, "is a link out of the working directory");
      return Optional.empty();
    }
    return Optional.of(target);
  }

  /** Whether the name, written down, would lead to the file again. */
  private static boolean spells(Path root, Path path, String name) {
    try {
      return root.resolve(name).equals(path);
    } catch (InvalidPathException e) {
      return false;
    }
  }

  /** All at once: a folder that stays open at each level would run out of file descriptors. */
  private List<Path> children(Path folder) throws IOException {
    List<Path> children = new ArrayList<>();
    try (DirectoryStream<Path> stream = Files.newDirectoryStream(folder)) {
      stream.forEach(children::add);
    } catch (IOException | DirectoryIteratorException e) {
      if (folder.equals(root)) {
        throw new UnreadableInputException(
            "the working directory " + Printable.name(root.toString()) + " cannot be read", e);
      }
      if (!(e instanceof NoSuchFileException)) {
        String name = Printable.name(root.relativize(folder).toString());
        passedOver.add(
            "the folder '"
                + name
                + "' cannot be read, and nothing in it is part of the key; the pattern '!"
                + name
                + "/**' says so without this warning");
      }
    }
    return children;
  }
}
