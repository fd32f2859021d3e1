package dev.stepcache.e2e;

import dev.stepcache.oci.Digest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * What another reader than stepcache finds of a tree: names, contents, links, and what may be run;
 * not times, nor what lies below {@code .stepcache}.
 */
final class ForeignView {
  private ForeignView() {}

  static SortedMap<String, String> of(Path root) throws IOException {
    SortedMap<String, String> view = new TreeMap<>();
    Map<Object, List<String>> links = new HashMap<>();
    List<Path> paths;
    try (Stream<Path> walk = Files.walk(root)) {
      paths = walk.sorted().toList();
    }
    for (Path path : paths) {
      String name = root.relativize(path).toString();
      if (name.isEmpty() || name.equals(".stepcache") || name.startsWith(".stepcache/")) {
        continue;
      }
      if (Files.isSymbolicLink(path)) {
        view.put(name, "link to " + Files.readSymbolicLink(path));
      } else if (Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
        view.put(name, "folder");
      } else {
        boolean runs =
            Files.getPosixFilePermissions(path).contains(PosixFilePermission.OWNER_EXECUTE);
        byte[] content = Files.readAllBytes(path);
        view.put(name, (runs ? "program " : "file ") + Digest.of(content));
        links
            .computeIfAbsent(Files.getAttribute(path, "unix:ino"), inode -> new ArrayList<>())
            .add(name);
      }
    }
    links.values().stream()
        .filter(names -> names.size() > 1)
        .forEach(
            names -> names.forEach(name -> view.merge(name, " one of " + names, String::concat)));
    return view;
  }
}
