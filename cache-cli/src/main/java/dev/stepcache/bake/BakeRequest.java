package dev.stepcache.bake;

import dev.stepcache.oci.Platform;
import dev.stepcache.oci.Tag;
import dev.stepcache.store.StoreReference;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What an image is made of, and where it goes.
 *
 * @param base the image below all, in which {@code {{os}}} and {@code {{arch}}} may stand
 * @param caches that it gets
 * @param files that it gets
 * @param environment that its programs get besides those of the base; {@code ${NAME}} in a value is
 *     what the base has
 * @param labels that it gets besides
 * @param platforms that it is made for; none for that of the base, or of this process where the
 *     base has several
 * @param target the repository that it goes to
 * @param tags that it is put under, in order; at least one
 * @param created when it is made: the same inputs at the same time are the same image
 * @param format of its documents and layers; empty for that of the base
 * @param owner of what is packed
 * @param times by paths in the image, where they are not to be chosen
 * @param writable paths in the image of which the owner's group writes to files in place
 * @param anyPlatform whether caches of other platforms do
 * @param allowMissing whether caches that are not there are left out
 * @param directory what files of the workspace are relative to
 */
public record BakeRequest(
    String base,
    List<CachePart> caches,
    List<FilePart> files,
    SequencedMap<String, String> environment,
    Map<String, String> labels,
    List<Platform> platforms,
    StoreReference target,
    List<Tag> tags,
    Instant created,
    Optional<ImageFormat> format,
    Owner owner,
    Map<InnerPath, Times> times,
    Set<InnerPath> writable,
    boolean anyPlatform,
    boolean allowMissing,
    Path directory) {
  private static final Pattern VARIABLE = Pattern.compile("\\$\\{([A-Za-z_][A-Za-z0-9_]*)\\}");

  public BakeRequest {
    caches = List.copyOf(caches);
    files = List.copyOf(files);
    environment = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(environment));
    labels = Map.copyOf(labels);
    platforms = List.copyOf(platforms);
    tags = List.copyOf(tags);
    times = Map.copyOf(times);
    writable = Set.copyOf(writable);
    PlatformReferences.check(base);
  }

  /** All stores that it asks, each by a reference of it. */
  public List<StoreReference> references() {
    Platform any = new Platform("linux", "amd64");
    List<StoreReference> references = new ArrayList<>();
    references.add(target);
    references.add(PlatformReferences.of(base, any));
    caches.forEach(cache -> references.add(PlatformReferences.of(cache.reference(), any)));
    for (FilePart file : files) {
      if (file.source() instanceof FilePart.OfImage source) {
        references.add(PlatformReferences.of(source.image(), any));
      }
    }
    return references;
  }

  /** What its programs get besides, filled with what those of the base have. */
  SequencedMap<String, String> environmentOver(Map<String, String> known) {
    SequencedMap<String, String> filled = new LinkedHashMap<>();
    environment.forEach((name, value) -> {
      Matcher variables = VARIABLE.matcher(value);
      filled.put(
          name,
          variables.replaceAll(
              variable -> Matcher.quoteReplacement(known.getOrDefault(variable.group(1), ""))));
    });
    return filled;
  }
}
