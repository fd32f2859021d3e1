package dev.stepcache.cli.copy;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.stepcache.cli.Output;
import dev.stepcache.cli.prune.Removal;
import dev.stepcache.oci.Digest;
import dev.stepcache.oci.Json;
import dev.stepcache.text.Amounts;
import dev.stepcache.transfer.ImageCopy;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** What became of each tag so far. Safe for use by several threads. */
final class CopyProgress {
  private final Output output;
  private final boolean tells;
  private final boolean deletes;
  private final ArrayNode tags = Json.newObject().putArray("tags");
  private int copied;
  private int present;
  private int failed;
  private long bytes;

  /**
   * @param tells whether each tag gets a line
   * @param deletes whether what only the target has is dealt with
   */
  CopyProgress(Output output, boolean tells, boolean deletes) {
    this.output = output;
    this.tells = tells;
    this.deletes = deletes;
  }

  synchronized void copied(String name, ImageCopy.Copied image) {
    bytes += image.bytes();
    if (image.moved()) {
      copied++;
    } else {
      present++;
    }
    int there = image.blobs() - image.sent() - image.mounted();
    ObjectNode node = note(name, image.moved() ? "copied" : "present");
    node.put("digest", image.digest().toString());
    node.put("sent", image.sent());
    node.put("mounted", image.mounted());
    node.put("bytes", image.bytes());
    line(
        name
            + (image.moved() ? ": copied, " : ": there already, ")
            + blobs(image.sent())
            + " sent ("
            + Amounts.bytes(image.bytes())
            + "), "
            + image.mounted()
            + " mounted, "
            + there
            + " there");
  }

  synchronized void present(String name, Digest digest) {
    present++;
    note(name, "present").put("digest", digest.toString());
    line(name + ": there already");
  }

  synchronized void failed(String name, String why) {
    failed++;
    note(name, "failed").put("why", why);
    output.error(name + " was not copied: " + why);
  }

  private ObjectNode note(String name, String outcome) {
    return tags.addObject().put("tag", name).put("outcome", outcome);
  }

  private static String blobs(int count) {
    return count == 1 ? "1 blob" : count + " blobs";
  }

  private void line(String text) {
    if (tells) {
      output.line(text);
    }
  }

  synchronized int copied() {
    return copied;
  }

  synchronized int failed() {
    return failed;
  }

  synchronized long bytes() {
    return bytes;
  }

  /**
   * Tells people.
   *
   * @param whole whether all was done that there was to do
   */
  synchronized void end(Copying.Selected selected, boolean whole) {
    int all = selected.images().size();
    output.line(
        "copied "
            + copied
            + " of "
            + (all == 1 ? "1 tag" : all + " tags")
            + (present > 0 ? ", " + present + " there already" : "")
            + (failed > 0 ? ", " + failed + " failed" : "")
            + ", sent "
            + Amounts.bytes(bytes)
            + (whole ? "" : " before the end: the next run goes on"));
    if (selected.foreign() > 0) {
      output.line(
          selected.foreign() == 1
              ? "1 tag is no cache, and was left out"
              : selected.foreign() + " tags are no caches, and were left out");
    }
    int surplus = selected.surplus().size();
    if (surplus > 0 && !deletes) {
      output.line(
          "the target has "
              + (surplus == 1 ? "1 tag" : surplus + " tags")
              + " that the source has not: --delete takes those away that are caches");
    }
  }

  /**
   * Tells programs.
   *
   * @param whole whether all was done that there was to do
   * @param removal what the target has and the source has not; empty where that stays
   * @param applied whether that was to be removed, and not only to be told
   */
  synchronized void json(
      Copying.Selected selected, boolean whole, Optional<Removal> removal, boolean applied) {
    ObjectNode root = Json.newObject();
    root.put("whole", whole && failed == 0);
    root.put("copied", copied);
    root.put("present", present);
    root.put("failed", failed);
    root.put("bytes", bytes);
    root.put("foreign", selected.foreign());
    root.put("surplus", selected.surplus().size());
    root.put("removed", removal.map(Removal::removed).orElse(0));
    root.set("tags", tags.deepCopy());
    ArrayNode remove = root.putArray("remove");
    removal.ifPresent(some -> some.addTo(remove, applied));
    output.out().println(new String(Json.bytes(root), StandardCharsets.UTF_8));
  }
}
