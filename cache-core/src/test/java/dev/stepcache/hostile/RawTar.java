package dev.stepcache.hostile;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** A tar that is put together from whatever it is given, and counts what a reader should see. */
final class RawTar {
  static final byte[] END = new byte[1024];

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final List<String> names = new ArrayList<>();
  private String told = "";
  private int entries;
  private int files;

  RawTar file(String name, String content) {
    return put(RawHeader.file(name, utf8(content).length), content);
  }

  RawTar folder(String name) {
    return put(RawHeader.folder(name));
  }

  RawTar symlink(String name, String target) {
    return put(RawHeader.link('2', name, target));
  }

  RawTar hardLink(String name, String target) {
    return put(RawHeader.link('1', name, target));
  }

  /** An entry that a reader should see, with content as long as it is, padded. */
  RawTar put(RawHeader header, String content) {
    byte[] block = header.block();
    char type = (char) block[RawHeader.TYPE];
    if (type != '5') {
      entries++;
    }
    if (type == '0' || type == '\0' || type == '7' || type == 'S') {
      files++;
    }
    int end = 0;
    while (end < 100 && block[end] != 0) {
      end++;
    }
    names.add(told.isEmpty() ? new String(block, 0, end, StandardCharsets.UTF_8) : told);
    told = "";
    return raw(block).padded(utf8(content));
  }

  RawTar put(RawHeader header) {
    return put(header, "");
  }

  /** pax records for the next entry; pairs of keyword and value. */
  RawTar pax(String... pairs) {
    for (int at = 0; at < pairs.length; at += 2) {
      boolean name = pairs[at].equals("path") || pairs[at].equals("GNU.sparse.name");
      told = name ? pairs[at + 1] : told;
    }
    return records('x', joined(pairs));
  }

  RawTar global(String... pairs) {
    return records('g', joined(pairs));
  }

  /** Records as they stand, in an entry of type x or g. */
  RawTar records(char type, String records) {
    return extension(type, "././@PaxHeader", records);
  }

  /** GNU's long name (L) or long link (K) for the next entry. */
  RawTar gnu(char type, String value) {
    told = type == 'L' ? value : told;
    return extension(type, "././@LongLink", value + "\0");
  }

  RawTar extension(char type, String name, String content) {
    byte[] bytes = utf8(content);
    return raw(RawHeader.of(type, name).octal(RawHeader.SIZE, 12, bytes.length).block())
        .padded(bytes);
  }

  RawTar padded(byte[] content) {
    return raw(content).raw(new byte[(512 - content.length % 512) % 512]);
  }

  RawTar raw(byte[] bytes) {
    out.writeBytes(bytes);
    return this;
  }

  RawTar append(RawTar other) {
    entries += other.entries;
    files += other.files;
    names.addAll(other.names);
    return raw(other.body());
  }

  static String joined(String... pairs) {
    StringBuilder records = new StringBuilder();
    for (int at = 0; at < pairs.length; at += 2) {
      records.append(record(pairs[at], pairs[at + 1]));
    }
    return records.toString();
  }

  /** A record with its right length, in bytes. */
  static String record(String keyword, String value) {
    String rest = " " + keyword + "=" + value + "\n";
    int bytes = utf8(rest).length;
    int length = bytes + 1;
    while (Integer.toString(length).length() + bytes != length) {
      length++;
    }
    return length + rest;
  }

  static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /** Without an end. */
  byte[] body() {
    return out.toByteArray();
  }

  byte[] whole() {
    return new RawTar().raw(body()).raw(END).body();
  }

  /** How many entries that are no folders. */
  int entries() {
    return entries;
  }

  /** What the entries are called, as far as anyone can tell. */
  List<String> names() {
    return names;
  }

  /** How many of them are files. */
  int files() {
    return files;
  }
}
