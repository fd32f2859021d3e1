package dev.stepcache.bake;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.stepcache.oci.Digest;
import dev.stepcache.oci.Json;
import dev.stepcache.oci.MalformedDocumentException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;

/**
 * What an image was made of, as a label of it says (docs/format.md, baked images): that tells two
 * of them apart without reading their layers.
 *
 * @param base what it was called, and the digest that it had
 * @param caches by where they lie in the image
 * @param files by where they lie in the image
 */
record Inputs(Named base, SequencedMap<String, Named> caches, SequencedMap<String, Named> files) {
  /** The label that they stand in. */
  static final String LABEL = "dev.stepcache.inputs";

  /**
   * Something that an image was made of.
   *
   * @param digest of its content; of a file in the workspace the digest of the layer's tar
   */
  record Named(String name, Digest digest) {}

  String toJson() {
    ObjectNode root = Json.newObject();
    writeOne(root.putObject("base"), base);
    writeAll(root.putArray("caches"), caches);
    writeAll(root.putArray("files"), files);
    return new String(Json.bytes(root), StandardCharsets.UTF_8);
  }

  private static void writeAll(ArrayNode array, SequencedMap<String, Named> inputs) {
    inputs.forEach((path, input) -> writeOne(array.addObject().put("path", path), input));
  }

  private static void writeOne(ObjectNode node, Named input) {
    node.put("name", input.name()).put("digest", input.digest().toString());
  }

  /** Reads such a label; empty where it is none that this version understands. */
  static Optional<Inputs> parse(String label) {
    try {
      ObjectNode root = Json.object(label.getBytes(StandardCharsets.UTF_8), "label " + LABEL);
      return Optional.of(
          new Inputs(
              input(root.path("base")), inputs(root.path("caches")), inputs(root.path("files"))));
    } catch (MalformedDocumentException | IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private static SequencedMap<String, Named> inputs(JsonNode array) {
    SequencedMap<String, Named> inputs = new LinkedHashMap<>();
    array.forEach(node -> inputs.put(node.path("path").asText(), input(node)));
    return inputs;
  }

  private static Named input(JsonNode node) {
    return new Named(node.path("name").asText(), Digest.parse(node.path("digest").asText()));
  }

  /**
   * What is another one than in an image that was made before.
   *
   * @return a line for each
   */
  List<String> changesSince(Inputs before) {
    List<String> changes = new ArrayList<>();
    if (!base.digest().equals(before.base.digest())) {
      changes.add("base: " + changed(before.base, base));
    }
    compare("cache", before.caches, caches, changes);
    compare("file", before.files, files, changes);
    return changes;
  }

  private static void compare(
      String what,
      SequencedMap<String, Named> before,
      SequencedMap<String, Named> now,
      List<String> changes) {
    // Several paths of one cache are one line.
    SequencedMap<String, List<String>> paths = new LinkedHashMap<>();
    now.forEach((path, input) -> {
      Named old = before.get(path);
      if (old == null) {
        note(paths, "new, from " + input.name(), path);
      } else if (!old.digest().equals(input.digest())) {
        note(paths, changed(old, input), path);
      }
    });
    before.forEach((path, input) -> {
      if (!now.containsKey(path)) {
        note(paths, "no longer there", path);
      }
    });
    paths.forEach(
        (change, all) -> changes.add(what + " " + String.join(" and ", all) + ": " + change));
  }

  private static void note(SequencedMap<String, List<String>> paths, String change, String path) {
    paths.computeIfAbsent(change, _ -> new ArrayList<>()).add(path);
  }

  private static String changed(Named before, Named now) {
    return "changed, "
        + (before.name().equals(now.name()) ? now.name() : before.name() + " to " + now.name())
        + ", "
        + before.digest().toString().substring(0, 19)
        + " to "
        + now.digest().toString().substring(0, 19);
  }
}
