package dev.stepcache.oci;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;

/**
 * JSON as trees. A duplicate key, or anything behind the document's end, is an error: two readers
 * must not be able to understand one document differently.
 */
public final class Json {
  /** A token may become an object of 100 bytes: 4 MiB of braces would fill a step's whole heap. */
  private static final long MOST_TOKENS = 200_000;

  private static final JsonMapper MAPPER =
      JsonMapper.builder(
              JsonFactory.builder()
                  .streamReadConstraints(
                      StreamReadConstraints.builder()
                          .maxNestingDepth(64)
                          .maxStringLength(4 << 20)
                          .maxTokenCount(MOST_TOKENS)
                          .build())
                  .build())
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .disable(JsonReadFeature.ALLOW_JAVA_COMMENTS)
          .build();

  private Json() {}

  /** Reads a document that must be a JSON object; {@code what} names it in the error. */
  public static ObjectNode object(byte[] document, String what) throws MalformedDocumentException {
    JsonNode node;
    try {
      node = MAPPER.readTree(document);
    } catch (JsonProcessingException e) {
      throw new MalformedDocumentException(what + ": no JSON: " + e.getOriginalMessage());
    } catch (IOException e) {
      throw new MalformedDocumentException(what + ": no JSON: " + e.getMessage());
    }
    if (node instanceof ObjectNode object) {
      return object;
    }
    throw new MalformedDocumentException(what + ": wants a JSON object");
  }

  /** An empty object, which keeps its keys in the order in which they are put. */
  public static ObjectNode newObject() {
    return MAPPER.createObjectNode();
  }

  /** The document without white space, its keys in the order in which they were put. */
  public static byte[] bytes(JsonNode node) {
    try {
      return MAPPER.writeValueAsBytes(node);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a JSON tree can always be written", e);
    }
  }
}
