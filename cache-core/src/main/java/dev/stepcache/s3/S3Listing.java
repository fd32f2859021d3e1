package dev.stepcache.s3;

import dev.stepcache.http.Response;
import dev.stepcache.objects.ListedObjects;
import dev.stepcache.objects.ObjectState;
import dev.stepcache.oci.MalformedDocumentException;
import dev.stepcache.s3.auth.XmlElement;
import dev.stepcache.store.StoreException;
import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A page of ListObjectsV2, at most 1000 objects. */
final class S3Listing {
  /** 1000 names of 1024 bytes, each of them encoded, and what is said of them. */
  private static final int LARGEST = 8 << 20;

  private S3Listing() {}

  static ListedObjects read(Response response, String operation) throws IOException {
    try {
      return objects(XmlElement.parse(response.bytes(LARGEST)));
    } catch (MalformedDocumentException | DateTimeException | IllegalArgumentException e) {
      throw new StoreException.Rejected(
          operation
              + ": the object store answered with what is no list of objects: correct endpoint in"
              + " BLOB_QUERY_PARAMS");
    }
  }

  private static ListedObjects objects(XmlElement list) throws MalformedDocumentException {
    if (!list.name().equals("ListBucketResult")) {
      throw new MalformedDocumentException("another document");
    }
    boolean encoded = list.text("EncodingType").equals("url");
    List<ObjectState> objects = new ArrayList<>();
    for (XmlElement object : list.children("Contents")) {
      String key = object.text("Key");
      objects.add(
          new ObjectState(
              encoded ? URLDecoder.decode(key, StandardCharsets.UTF_8) : key,
              Long.parseLong(object.text("Size")),
              object.text("ETag"),
              Instant.parse(object.text("LastModified"))));
    }
    if (!list.text("IsTruncated").equals("true")) {
      return new ListedObjects(objects, Optional.empty());
    }
    String next = list.text("NextContinuationToken");
    if (next.isEmpty()) {
      throw new MalformedDocumentException("a part of a list without what it goes on with");
    }
    return new ListedObjects(objects, Optional.of(next));
  }
}
