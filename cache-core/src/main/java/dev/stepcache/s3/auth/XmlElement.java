package dev.stepcache.s3.auth;

import dev.stepcache.oci.MalformedDocumentException;
import java.io.ByteArrayInputStream;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;

/**
 * An element of an answer in XML, without its attributes and namespaces. A document with a DTD is
 * none: nothing outside it is ever read.
 */
public final class XmlElement {
  private static final int DEEPEST = 16;

  private final String name;
  private final StringBuilder text = new StringBuilder();
  private final List<XmlElement> children = new ArrayList<>();

  private XmlElement(String name) {
    this.name = name;
  }

  /** The root of a whole document. */
  public static XmlElement parse(byte[] document) throws MalformedDocumentException {
    XMLInputFactory factory = XMLInputFactory.newDefaultFactory();
    factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
    factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
    try {
      XMLStreamReader reader = factory.createXMLStreamReader(new ByteArrayInputStream(document));
      Deque<XmlElement> open = new ArrayDeque<>();
      XmlElement above = new XmlElement("");
      open.push(above);
      while (reader.hasNext()) {
        read(reader, open);
      }
      return above.children.getFirst();
    } catch (XMLStreamException e) {
      throw new MalformedDocumentException("no XML");
    }
  }

  private static void read(XMLStreamReader reader, Deque<XmlElement> open)
      throws XMLStreamException, MalformedDocumentException {
    switch (reader.next()) {
      case XMLStreamConstants.START_ELEMENT -> {
        XmlElement element = new XmlElement(reader.getLocalName());
        open.getFirst().children.add(element);
        open.push(element);
        if (open.size() > DEEPEST) {
          throw new MalformedDocumentException("XML of more than " + DEEPEST + " levels");
        }
      }
      case XMLStreamConstants.END_ELEMENT -> open.pop();
      case XMLStreamConstants.CHARACTERS, XMLStreamConstants.CDATA ->
          open.getFirst().text.append(reader.getText());
      case XMLStreamConstants.DTD, XMLStreamConstants.ENTITY_REFERENCE ->
          throw new MalformedDocumentException("XML with a DTD");
      default -> {}
    }
  }

  /** Its own name. */
  public String name() {
    return name;
  }

  /** Its own text. */
  public String content() {
    return text.toString();
  }

  /** Those right below it that are called so. */
  public List<XmlElement> children(String called) {
    return children.stream().filter(child -> child.name.equals(called)).toList();
  }

  /** The first one on a way down. */
  public Optional<XmlElement> find(String... way) {
    Optional<XmlElement> at = Optional.of(this);
    for (String step : way) {
      at = at.flatMap(element -> element.children(step).stream().findFirst());
    }
    return at;
  }

  /** The text of the first one on a way down; empty where there is none. */
  public String text(String... way) {
    return find(way).map(XmlElement::content).orElse("");
  }
}
