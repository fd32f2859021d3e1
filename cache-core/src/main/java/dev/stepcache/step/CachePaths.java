package dev.stepcache.step;

import dev.stepcache.disk.FolderLocation;
import dev.stepcache.store.StoreReference;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * The folders that one cache holds.
 *
 * @param byName absolute, normal; each a folder, or nothing yet; in the order given. {@code ""} is
 *     the name of one that has none, and then is the only one
 */
public record CachePaths(Map<String, Path> byName) {
  static final Parameter CACHE_PATH = Parameter.text("CACHE_PATH", "cachePath");
  static final Parameter CACHE_PATHS = Parameter.list("CACHE_PATHS");

  /** NAME_MAX of Linux, in bytes. */
  private static final int LONGEST = 255;

  /** In each cache path, and beside the records of a pod. */
  private static final String OWN_FOLDER = ".stepcache";

  private static final String UNNAMED = "";

  public CachePaths {
    byName = Collections.unmodifiableMap(new LinkedHashMap<>(byName));
  }

  /** One folder, by the param CACHE_PATH or a preset; or one or more by CACHE_PATHS. */
  static CachePaths read(
      Parameters parameters, Path workingDirectory, Optional<ChosenPreset> preset) {
    List<String> given = parameters.list(CACHE_PATHS);
    if (given.isEmpty()) {
      return new CachePaths(Map.of(UNNAMED, one(parameters, workingDirectory, preset)));
    }
    if (parameters.isGiven(CACHE_PATH)) {
      throw parameters.mistake(
          CACHE_PATHS, "CACHE_PATH is given as well: write all folders here, and leave it out");
    }
    if (given.size() == 1 && sign(given.getFirst()) < 0) {
      return new CachePaths(Map.of(UNNAMED, path(parameters, workingDirectory, given.getFirst())));
    }
    Map<String, Path> byName = new LinkedHashMap<>();
    for (String element : given) {
      Path path = path(parameters, workingDirectory, element);
      String name = name(parameters, element, path);
      Path same = byName.putIfAbsent(name, path);
      if (same != null) {
        throw parameters.mistake(
            CACHE_PATHS,
            "two cache paths have the name '"
                + name
                + "': give one of them another, such as <name>="
                + path);
      }
    }
    refuseNested(parameters, byName);
    return new CachePaths(byName);
  }

  /** The path of an element of CACHE_PATHS. */
  private static Path path(Parameters parameters, Path workingDirectory, String element) {
    String written = element.substring(sign(element) + 1).strip();
    if (written.isEmpty()) {
      throw parameters.mistake(
          CACHE_PATHS, "'" + element + "' names no folder: write " + element + "<path>");
    }
    return checked(
        parameters, CACHE_PATHS, workingDirectory.resolve(parameters.pathOf(CACHE_PATHS, written)));
  }

  /** The name of an element of CACHE_PATHS: what stands before its path, else the path's last. */
  private static String name(Parameters parameters, String element, Path path) {
    int sign = sign(element);
    String name =
        sign < 0
            ? path.getName(path.getNameCount() - 1).toString()
            : element.substring(0, sign).strip();
    if (!isLegal(name)) {
      throw parameters.mistake(
          CACHE_PATHS,
          "'" + name + "' cannot name a cache path: write <name>=" + path + " with another name");
    }
    return name;
  }

  /** Where a name ends; -1 for a path alone. A path may have a sign as well. */
  private static int sign(String element) {
    int sign = element.indexOf('=');
    return element.substring(0, Math.max(0, sign)).indexOf('/') < 0 ? sign : -1;
  }

  /** One component, that means nothing else in an image. */
  private static boolean isLegal(String name) {
    int length = name.getBytes(StandardCharsets.UTF_8).length;
    return length > 0
        && length <= LONGEST
        && !List.of(".", "..", OWN_FOLDER).contains(name)
        && !name.startsWith(".wh.");
  }

  private static void refuseNested(Parameters parameters, Map<String, Path> byName) {
    byName.forEach((outerName, outer) ->
        byName.forEach((innerName, inner) -> {
          if (!outerName.equals(innerName)
              && FolderLocation.of(outer).holds(FolderLocation.of(inner))) {
            throw parameters.mistake(
                CACHE_PATHS,
                "'"
                    + inner
                    + "' is or lies in '"
                    + outer
                    + "': leave it out, or name folders that lie apart");
          }
        }));
  }

  /**
   * What is wrong with a store, if its folder holds one of these or lies in one: each save would
   * hold the earlier ones, and a restore put an old store's files over the new ones.
   */
  Optional<String> mistakeIn(StoreReference store) {
    if (!(store instanceof StoreReference.InLayout layout)) {
      return Optional.empty();
    }
    FolderLocation folder = FolderLocation.of(layout.folder());
    for (Path path : byName.values()) {
      FolderLocation cache = FolderLocation.of(path);
      if (cache.holds(folder) || folder.holds(cache)) {
        return Optional.of(
            (cache.holds(folder)
                    ? "the store '" + layout.folder() + "' is or lies in the cache path '" + path
                    : "the cache path '" + path + "' lies in the store '" + layout.folder())
                + "': name a folder for the store that lies apart");
      }
    }
    return Optional.empty();
  }

  private static Path one(
      Parameters parameters, Path workingDirectory, Optional<ChosenPreset> preset) {
    if (preset.isEmpty() || !parameters.isGiven(ChosenPreset.PRESET)) {
      parameters.demanded(CACHE_PATH);
    }
    return checked(
        parameters,
        CACHE_PATH,
        parameters
            .path(CACHE_PATH)
            .map(workingDirectory::resolve)
            .orElseGet(() -> workingDirectory.resolve(preset.orElseThrow().folder())));
  }

  private static Path checked(Parameters parameters, Parameter parameter, Path written) {
    Path path = written.normalize();
    if (path.getNameCount() == 0) {
      throw parameters.mistake(
          parameter, "'/' cannot be a cache: name the folder that the build fills");
    }
    for (Path component : path) {
      if (component.toString().equals(OWN_FOLDER)) {
        throw parameters.mistake(
            parameter,
            "'"
                + path
                + "' is stepcache's own, or lies in what is: name the folder that the build fills");
      }
    }
    for (Path at = path; at != null; at = at.getParent()) {
      if (Files.exists(at)) {
        if (!Files.isDirectory(at)) {
          throw parameters.mistake(
              parameter, "'" + at + "' is a file: name the folder that the build fills");
        }
        break;
      }
    }
    return path;
  }

  /** All of them, in the order given. */
  public List<Path> all() {
    return List.copyOf(byName.values());
  }

  /** The one that has no name. */
  public Optional<Path> only() {
    return Optional.ofNullable(byName.get(UNNAMED));
  }

  /** Whether a path is or lies in one of them. */
  public boolean contain(Path path) {
    return byName.values().stream().anyMatch(path::startsWith);
  }

  /** The same for the same folders under the same names, in whatever order they were given. */
  public String identity() {
    return only()
        .map(Path::toString)
        .orElseGet(() ->
            new TreeMap<>(byName)
                .entrySet().stream()
                    .map(path -> path.getKey() + '=' + path.getValue())
                    .collect(Collectors.joining("\0")));
  }

  /** For people. */
  @Override
  public String toString() {
    return byName.values().stream().map(Path::toString).collect(Collectors.joining(", "));
  }
}
