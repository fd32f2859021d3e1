package dev.stepcache.azure;

import dev.stepcache.objects.ListedObjects;
import dev.stepcache.objects.ObjectState;
import java.io.ByteArrayInputStream;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;

/** Reads a page of a container's list (List Blobs), which is XML: without DTDs and entities. */
final class BlobPage {
  private final List<ObjectState> objects = new ArrayList<>();
  private final Map<String, String> blob = new HashMap<>();
  private String next = "";

  private BlobPage() {}

  /**
   * @throws IllegalArgumentException if it is no such page
   */
  static ListedObjects of(byte[] document) {
    XMLInputFactory factory = XMLInputFactory.newDefaultFactory();
    factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
    factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
    BlobPage page = new BlobPage();
    try {
      XMLStreamReader reader = factory.createXMLStreamReader(new ByteArrayInputStream(document));
      page.read(reader);
    } catch (XMLStreamException e) {
      // Its message has lines, and the document's words.
      throw new IllegalArgumentException("a list that is no XML");
    } catch (DateTimeException | NumberFormatException e) {
      throw new IllegalArgumentException("a list with a blob without size or time");
    }
    return new ListedObjects(
        page.objects, Optional.of(page.next).filter(marker -> !marker.isEmpty()));
  }

  private void read(XMLStreamReader reader) throws XMLStreamException {
    reader.nextTag();
    if (!reader.getLocalName().equals("EnumerationResults")) {
      throw new IllegalArgumentException("another document than a list");
    }
    boolean inBlob = false;
    while (reader.hasNext()) {
      int event = reader.next();
      if (event == XMLStreamConstants.START_ELEMENT) {
        String name = reader.getLocalName();
        inBlob |= name.equals("Blob");
        switch (name) {
          case "Name", "Last-Modified", "Etag", "Content-Length" -> {
            if (inBlob) {
              value(reader, name);
            }
          }
          case "NextMarker" -> next = reader.getElementText();
          default -> {}
        }
      } else if (event == XMLStreamConstants.END_ELEMENT && reader.getLocalName().equals("Blob")) {
        inBlob = false;
        add();
      }
    }
  }

  private void value(XMLStreamReader reader, String name) throws XMLStreamException {
    boolean encoded = "true".equals(reader.getAttributeValue(null, "Encoded"));
    String text = reader.getElementText();
    blob.put(
        name, encoded ? URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8) : text);
  }

  private void add() {
    String name = blob.getOrDefault("Name", "");
    String version = AzureAnswers.version(blob.getOrDefault("Etag", ""));
    if (name.isEmpty() || version.isEmpty()) {
      throw new IllegalArgumentException("a list with a blob without name or ETag");
    }
    objects.add(
        new ObjectState(
            name,
            Long.parseLong(blob.getOrDefault("Content-Length", "")),
            version,
            Instant.from(
                DateTimeFormatter.RFC_1123_DATE_TIME.parse(
                    blob.getOrDefault("Last-Modified", "")))));
    blob.clear();
  }
}
