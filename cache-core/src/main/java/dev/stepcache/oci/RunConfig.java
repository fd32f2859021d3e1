package dev.stepcache.oci;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.stepcache.text.Printable;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The config of an image that is run (OCI image specification, image configuration), to be extended
 * by layers: what its maker wrote stays as it is, and in its order.
 */
public final class RunConfig {
  private final ObjectNode root;
  private final ImageConfig parts;

  private RunConfig(ObjectNode root, ImageConfig parts) {
    this.root = root;
    this.parts = parts;
  }

  /** Reads a config. */
  public static RunConfig parse(byte[] document) throws MalformedDocumentException {
    ObjectNode root = Json.object(document, "image config");
    if (!root.path("rootfs").isObject()) {
      throw new MalformedDocumentException("image config: has no rootfs");
    }
    return new RunConfig(root, ImageConfig.parse(document));
  }

  /** The platform, the time and the layers that it has. */
  public ImageConfig parts() {
    return parts;
  }

  /** The variables that its programs get, in its order. */
  public Map<String, String> environment() {
    Map<String, String> environment = new LinkedHashMap<>();
    for (JsonNode entry : root.path("config").path("Env")) {
      String text = entry.asText();
      int sign = text.indexOf('=');
      environment.put(
          sign < 0 ? text : text.substring(0, sign), sign < 0 ? "" : text.substring(sign + 1));
    }
    return environment;
  }

  /** A label of it. */
  public Optional<String> label(String name) {
    JsonNode label = root.path("config").path("Labels").path(name);
    return label.isTextual() ? Optional.of(label.asText()) : Optional.empty();
  }

  /** What made the last step of its history; empty where it has none, or does not say. */
  public Optional<String> lastStep() {
    JsonNode history = root.path("history");
    JsonNode step = history.path(history.size() - 1).path("created_by");
    return step.isTextual() ? Optional.of(step.asText()) : Optional.empty();
  }

  /**
   * A layer that comes on top.
   *
   * @param diffId the digest of its tar
   * @param createdBy what made it, for the history
   */
  public record Layer(Digest diffId, String createdBy) {}

  /**
   * The document with layers on top.
   *
   * @param created when the image is made
   * @param environment that is added, or replaces what has the same name
   * @param labels that are added, or replace what has the same name
   */
  public byte[] with(
      Instant created,
      List<Layer> layers,
      Map<String, String> environment,
      Map<String, String> labels)
      throws MalformedDocumentException {
    ObjectNode made = root.deepCopy();
    made.put("created", created.toString());
    ObjectNode rootfs = object(made, "rootfs");
    ArrayNode diffIds = array(rootfs, "diff_ids");
    layers.forEach(layer -> diffIds.add(layer.diffId().toString()));
    if (made.path("history").isArray()) {
      ArrayNode history = array(made, "history");
      for (Layer layer : layers) {
        history.addObject().put("created", created.toString()).put("created_by", layer.createdBy());
      }
    }
    ObjectNode config = object(made, "config");
    if (!environment.isEmpty()) {
      Map<String, String> all = environment();
      all.putAll(environment);
      ArrayNode variables = config.putArray("Env");
      all.forEach((name, value) -> variables.add(name + "=" + value));
    }
    if (!labels.isEmpty()) {
      ObjectNode all = object(config, "Labels");
      new TreeMap<>(labels).forEach(all::put);
    }
    return Json.bytes(made);
  }

  /** The object of that name, which is made where there is none. */
  private static ObjectNode object(ObjectNode parent, String name)
      throws MalformedDocumentException {
    JsonNode node = parent.path(name);
    if (node.isMissingNode() || node.isNull()) {
      return parent.putObject(name);
    }
    if (node instanceof ObjectNode object) {
      return object;
    }
    throw new MalformedDocumentException("image config: " + Printable.of(name) + " is no object");
  }

  private static ArrayNode array(ObjectNode parent, String name) throws MalformedDocumentException {
    JsonNode node = parent.path(name);
    if (node.isMissingNode() || node.isNull()) {
      return parent.putArray(name);
    }
    if (node instanceof ArrayNode array) {
      return array;
    }
    throw new MalformedDocumentException("image config: " + Printable.of(name) + " is no array");
  }
}
