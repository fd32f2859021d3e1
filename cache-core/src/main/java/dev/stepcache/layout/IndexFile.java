package dev.stepcache.layout;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.stepcache.oci.Descriptor;
import dev.stepcache.oci.Digest;
import dev.stepcache.oci.Json;
import dev.stepcache.oci.LayoutFile;
import dev.stepcache.oci.MalformedDocumentException;
import dev.stepcache.oci.MediaType;
import dev.stepcache.oci.Tag;
import dev.stepcache.oci.TagDocument;
import dev.stepcache.store.StoreException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.UUID;

/**
 * A layout's {@code index.json}: which manifest each tag names. Replaced as a whole, under a lock;
 * what other tools have put into it stays.
 */
final class IndexFile {
  private static final String REF_NAME = TagDocument.REF_NAME;
  private static final int LARGEST = 16 << 20;

  private final Path layout;
  private final Duration patience;

  IndexFile(Path layout, Duration patience) {
    this.layout = layout;
    this.patience = patience;
  }

  Optional<Descriptor> find(Tag tag, String operation) throws StoreException {
    Optional<Descriptor> found = Optional.empty();
    for (JsonNode entry : manifests(read(operation), operation)) {
      if (names(entry, tag)) {
        found = Optional.of(descriptor(entry, operation));
      }
    }
    return found;
  }

  /** All tags; empty where there is no index. */
  Optional<SortedSet<Tag>> tags(String operation) throws StoreException {
    if (!Files.exists(layout.resolve("index.json"))) {
      return Optional.empty();
    }
    SortedSet<Tag> tags = new TreeSet<>(Comparator.comparing(Tag::value));
    for (JsonNode entry : manifests(read(operation), operation)) {
      try {
        tags.add(new Tag(entry.path("annotations").path(REF_NAME).asText("")));
      } catch (IllegalArgumentException e) {
        // Of no name, or of another tool's, such as a whole reference.
      }
    }
    return Optional.of(tags);
  }

  LayoutLock lock(String operation) throws IOException {
    return LayoutLock.acquire(layout.resolve("index.json.lock"), patience, operation);
  }

  /** For whoever holds the lock. */
  void put(Tag tag, Descriptor manifest, String operation) throws IOException {
    try {
      ObjectNode root = readOrBegin(operation);
      ArrayNode manifests = manifests(root, operation);
      removeFrom(manifests, tag);
      ObjectNode entry = manifests.addObject();
      entry.put("mediaType", manifest.mediaType().value());
      entry.put("digest", manifest.digest().toString());
      entry.put("size", manifest.size());
      entry.putObject("annotations").put(REF_NAME, tag.value());
      if (!Files.exists(layout.resolve(LayoutFile.NAME))) {
        replace(LayoutFile.NAME, LayoutFile.content());
      }
      replace("index.json", Json.bytes(root));
    } catch (IOException e) {
      throw FolderFailure.of(operation, e);
    }
  }

  /** For whoever holds the lock; an index that nobody can read is left as it is. */
  void remove(Tag tag, String operation) throws IOException {
    ObjectNode root = read(operation);
    removeFrom(manifests(root, operation), tag);
    try {
      replace("index.json", Json.bytes(root));
    } catch (IOException e) {
      throw FolderFailure.of(operation, e);
    }
  }

  private static void removeFrom(ArrayNode manifests, Tag tag) {
    for (int at = manifests.size() - 1; at >= 0; at--) {
      if (names(manifests.get(at), tag)) {
        manifests.remove(at);
      }
    }
  }

  /** The document as it is now; one that names nothing where there is none. */
  byte[] document(String operation) throws StoreException {
    return Json.bytes(read(operation));
  }

  private void replace(String name, byte[] content) throws IOException {
    Path temporary = SharedFiles.temporary(layout.resolve(".ingest"), name);
    try {
      try (OutputStream out = SharedFiles.create(temporary)) {
        out.write(content);
      }
      SharedFiles.move(temporary, layout.resolve(name));
    } finally {
      Files.deleteIfExists(temporary);
    }
  }

  /** An index that nobody can read is put aside: else nothing could be saved here ever again. */
  private ObjectNode readOrBegin(String operation) throws IOException {
    try {
      ObjectNode root = read(operation);
      manifests(root, operation);
      return root;
    } catch (StoreException.Corrupt e) {
      SharedFiles.move(
          layout.resolve("index.json"), layout.resolve("index.json." + UUID.randomUUID()));
      return read(operation);
    }
  }

  private ObjectNode read(String operation) throws StoreException {
    byte[] document;
    try (InputStream in = Files.newInputStream(layout.resolve("index.json"))) {
      document = in.readNBytes(LARGEST + 1);
    } catch (NoSuchFileException | NotDirectoryException e) {
      ObjectNode empty = Json.newObject();
      empty.put("schemaVersion", 2);
      empty.put("mediaType", MediaType.OCI_INDEX.value());
      empty.putArray("manifests");
      return empty;
    } catch (IOException e) {
      throw FolderFailure.of(operation, e);
    }
    if (document.length > LARGEST) {
      throw new StoreException.Corrupt(operation + ": index.json is larger than 16 MiB", null);
    }
    try {
      return Json.object(document, "index.json");
    } catch (MalformedDocumentException e) {
      throw new StoreException.Corrupt(operation + ": " + e.getMessage(), e);
    }
  }

  private static ArrayNode manifests(ObjectNode root, String operation) throws StoreException {
    if (root.get("manifests") instanceof ArrayNode manifests) {
      return manifests;
    }
    throw new StoreException.Corrupt(operation + ": index.json has no manifests", null);
  }

  private static boolean names(JsonNode entry, Tag tag) {
    return entry.path("annotations").path(REF_NAME).asText("").equals(tag.value());
  }

  private static Descriptor descriptor(JsonNode entry, String operation) throws StoreException {
    try {
      return new Descriptor(
          MediaType.parse(entry.path("mediaType").asText("")),
          Digest.parse(entry.path("digest").asText("")),
          entry.path("size").asLong(0));
    } catch (IllegalArgumentException e) {
      throw new StoreException.Corrupt(operation + ": index.json: " + e.getMessage(), e);
    }
  }
}
