package dev.stepcache.azure;

import dev.stepcache.objects.StandInServer;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Stands in for Azure Blob Storage where Azurite is not installed, with the statuses and codes that
 * Azurite was seen to answer. Looks at no signature.
 */
final class AzureStandIn extends StandInServer {
  private static final String CONTAINER = "/account/contract";
  private static final Pattern ID = Pattern.compile("<Uncommitted>([^<]+)</Uncommitted>");

  private final Map<String, byte[]> blocks = new HashMap<>();

  AzureStandIn() {
    this("");
  }

  /**
   * @param keys of its https, a resource; empty for plain http
   */
  AzureStandIn(String keys) {
    super(keys);
  }

  /** What a step's environment has. */
  Map<String, String> environment() {
    return Map.of(
        "AZURE_STORAGE_ACCOUNT",
        "account",
        "AZURE_STORAGE_KEY",
        "a2V5",
        "AZURE_STORAGE_DOMAIN",
        host(),
        "AZURE_STORAGE_PROTOCOL",
        "http");
  }

  @Override
  protected Answer answer(Asked asked) {
    // The account stands in the host's name, or before the container.
    String path =
        asked.header("Host").startsWith("account.") ? "/account" + asked.path() : asked.path();
    if (path.equals(CONTAINER)) {
      return list(asked);
    }
    if (!path.startsWith(CONTAINER + "/")) {
      return error(404, "ContainerNotFound");
    }
    String name = decoded(path.substring(CONTAINER.length() + 1));
    Optional<Stored> stored = stored(name);
    String part = asked.query().getOrDefault("comp", "");
    return switch (asked.method()) {
      case "PUT" -> part.equals("block") ? block(asked, name) : put(asked, name, part, stored);
      case "DELETE" -> delete(asked, name, stored);
      default ->
          stored
              .map(object -> new Answer(200, headers(object), object.bytes()))
              .orElseGet(() -> error(404, "BlobNotFound"));
    };
  }

  private Answer block(Asked asked, String name) {
    blocks.put(name + " " + asked.query().get("blockid"), asked.body());
    return Answer.of(201, Map.of(), "");
  }

  private Answer put(Asked asked, String name, String part, Optional<Stored> stored) {
    if (asked.header("If-None-Match").equals("*") && stored.isPresent()) {
      return error(409, "BlobAlreadyExists");
    }
    if (isChanged(asked, stored)) {
      return error(412, "ConditionNotMet");
    }
    byte[] bytes = asked.body();
    if (part.equals("blocklist")) {
      ByteArrayOutputStream all = new ByteArrayOutputStream();
      Matcher id = ID.matcher(new String(bytes, StandardCharsets.UTF_8));
      while (id.find()) {
        byte[] block = blocks.get(name + " " + id.group(1));
        if (block == null) {
          return error(400, "InvalidBlockList");
        }
        all.writeBytes(block);
      }
      bytes = all.toByteArray();
    }
    blocks.keySet().removeIf(block -> block.startsWith(name + " "));
    return Answer.of(201, headers(store(name, bytes)), "");
  }

  private static boolean isChanged(Asked asked, Optional<Stored> stored) {
    String etag = asked.header("If-Match");
    return !etag.isEmpty() && !etag.equals("\"" + stored.map(Stored::version).orElse("") + "\"");
  }

  private Answer delete(Asked asked, String name, Optional<Stored> stored) {
    if (stored.isEmpty()) {
      return error(404, "BlobNotFound");
    }
    if (isChanged(asked, stored)) {
      return error(412, "ConditionNotMet");
    }
    remove(name);
    return Answer.of(202, Map.of(), "");
  }

  private Answer list(Asked asked) {
    List<Map.Entry<String, Stored>> page =
        page(asked.query().getOrDefault("prefix", ""), asked.query().getOrDefault("marker", ""));
    StringBuilder xml =
        new StringBuilder(
            "\ufeff<?xml version=\"1.0\" encoding=\"utf-8\"?><EnumerationResults><Blobs>");
    page.stream()
        .limit(PAGE)
        .forEach(object ->
            xml.append("<Blob><Name>")
                .append(object.getKey().replace("&", "&amp;").replace("<", "&lt;"))
                .append("</Name><Properties><Last-Modified>")
                .append(date(object.getValue()))
                .append("</Last-Modified><Etag>")
                .append(object.getValue().version())
                .append("</Etag><Content-Length>")
                .append(object.getValue().bytes().length)
                .append("</Content-Length></Properties></Blob>"));
    xml.append("</Blobs><NextMarker>")
        .append(page.size() > PAGE ? page.getLast().getKey() : "")
        .append("</NextMarker></EnumerationResults>");
    return Answer.of(200, Map.of(), xml.toString());
  }

  private static Map<String, String> headers(Stored stored) {
    return Map.of(
        "ETag",
        "\"" + stored.version() + "\"",
        "Last-Modified",
        date(stored),
        "x-ms-request-id",
        "1");
  }

  private static String date(Stored stored) {
    return DateTimeFormatter.RFC_1123_DATE_TIME.format(stored.modified().atOffset(ZoneOffset.UTC));
  }

  private static Answer error(int status, String code) {
    return Answer.of(status, Map.of("x-ms-error-code", code), "");
  }
}
