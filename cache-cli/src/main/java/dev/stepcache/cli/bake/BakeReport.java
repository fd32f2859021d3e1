package dev.stepcache.cli.bake;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.stepcache.bake.Baked;
import dev.stepcache.cli.Output;
import dev.stepcache.oci.Json;
import dev.stepcache.store.StoreReference;
import dev.stepcache.text.Amounts;
import java.nio.charset.StandardCharsets;

/** What became of a bake, line by line, or as one document. */
final class BakeReport {
  private final Output output;
  private final boolean tells;

  /**
   * @param tells whether it is told in lines
   */
  BakeReport(Output output, boolean tells) {
    this.output = output;
    this.tells = tells;
  }

  void step(String text) {
    if (tells) {
      output.line(text);
    }
  }

  void interrupted() {
    output.error("interrupted before all tags were put: the next run goes on");
  }

  void end(Baked baked, StoreReference target) {
    baked.warnings().forEach(output::warning);
    if (!tells) {
      json(baked, target);
      return;
    }
    for (Baked.Image image : baked.images()) {
      output.line(
          image.platform()
              + ": "
              + image.layers()
              + " layers, "
              + Amounts.bytes(image.bytes())
              + "; "
              + image.there()
              + " there, "
              + image.mounted()
              + " mounted, "
              + Amounts.bytes(image.sentBytes())
              + " sent, "
              + image.packed()
              + " packed anew");
    }
    baked
        .tags()
        .forEach(tag ->
            output.line(
                (baked.moved().contains(tag) ? "put " : "there already: ")
                    + target.with(tag)
                    + " is "
                    + baked.digest()));
    if (baked.before().isPresent() && baked.changes().isEmpty()) {
      output.line(
          baked.before().get().equals(baked.digest())
              ? "nothing changed"
              : "the same inputs as before: " + baked.before().get());
    }
    baked.changes().forEach(output::line);
  }

  private void json(Baked baked, StoreReference target) {
    ObjectNode root = Json.newObject();
    root.put("digest", baked.digest().toString());
    ArrayNode tags = root.putArray("tags");
    baked
        .tags()
        .forEach(tag ->
            tags.addObject()
                .put("ref", target.with(tag).toString())
                .put("moved", baked.moved().contains(tag)));
    ArrayNode images = root.putArray("images");
    for (Baked.Image image : baked.images()) {
      images
          .addObject()
          .put("platform", image.platform().toString())
          .put("digest", image.digest().toString())
          .put("layers", image.layers())
          .put("bytes", image.bytes())
          .put("there", image.there())
          .put("mounted", image.mounted())
          .put("sent", image.sent())
          .put("sent_bytes", image.sentBytes())
          .put("packed", image.packed());
    }
    root.put("before", baked.before().map(Object::toString).orElse(""));
    ArrayNode changes = root.putArray("changes");
    baked.changes().forEach(changes::add);
    ArrayNode warnings = root.putArray("warnings");
    baked.warnings().forEach(warnings::add);
    output.out().println(new String(Json.bytes(root), StandardCharsets.UTF_8));
  }
}
