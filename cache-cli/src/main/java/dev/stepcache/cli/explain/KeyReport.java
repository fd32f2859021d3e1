package dev.stepcache.cli.explain;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.stepcache.cli.Output;
import dev.stepcache.cli.Table;
import dev.stepcache.cli.flags.Dialect;
import dev.stepcache.key.KeyExtra;
import dev.stepcache.key.KeyInputs;
import dev.stepcache.key.LockFile;
import dev.stepcache.oci.Json;
import dev.stepcache.step.KeyRequest;
import dev.stepcache.text.Amounts;
import dev.stepcache.text.Printable;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A key and what made it, for people or programs. */
record KeyReport(
    Output output,
    Dialect dialect,
    KeyRequest question,
    KeyInputs.Computed computed,
    boolean json) {
  private static final int SHORT = 12;

  void tell(Optional<Against> against) {
    if (json) {
      output.out().println(new String(Json.bytes(document(against)), StandardCharsets.UTF_8));
    } else {
      print(against);
    }
  }

  private void print(Optional<Against> against) {
    List<KeyExtra> extras = question.inputs().extras();
    Table facts = new Table().row("key", computed.key().hex());
    question.preset().ifPresent(preset -> facts.row("preset", preset.line()));
    facts
        .row("folder", Printable.of(question.inputs().workingDirectory().toString()))
        .row("platform", computed.recipe().platform().orElse("left out"));
    for (int at = 0; at < extras.size(); at++) {
      facts.row("extra " + (at + 1), Printable.of(extras.get(at).text()));
    }
    facts.print(output);
    output.line("");
    Table files = Table.under("FILE", "SIZE", "SHA-256");
    for (LockFile file : computed.recipe().files()) {
      files.row(
          Printable.of(file.name()),
          Amounts.bytes(file.length()),
          file.sha256().substring(0, SHORT));
    }
    files.print(output);
    notes().forEach(note -> output.line("note: " + note));
    against.ifPresent(this::printOther);
  }

  private void printOther(Against against) {
    output.line("");
    output.line(
        "against "
            + against.reference()
            + against.key().map(key -> ", of the key " + key.hex().substring(0, SHORT)).orElse(""));
    if (against.key().equals(Optional.of(computed.key()))) {
      output.line("  it is this very key: a fetch from its repository hits");
      return;
    }
    if (against.differences().isEmpty()) {
      output.line("  it does not say what made its key, so nobody can tell what differs");
    } else if (against.differences().get().isEmpty()) {
      output.line("  nothing that makes the key has changed, though the keys differ");
    } else {
      against.differences().get().forEach(difference -> output.line("  " + difference));
    }
    against.causes().forEach(cause -> output.line("cause: " + dialect.of(cause)));
    if (against.causes().isEmpty()
        && against.differences().filter(list -> !list.isEmpty()).isPresent()) {
      output.line(
          "cause: none that shows here: a commit changed them, or the build writes them anew"
              + " (docs/why-did-it-miss.md)");
    }
  }

  /** What the steps would warn of, a sentence each. */
  private List<String> notes() {
    List<String> notes = new ArrayList<>();
    List<String> inside =
        computed.recipe().files().stream()
            .map(LockFile::name)
            .filter(name -> question.cachePaths().stream().anyMatch(path -> lies(name, path)))
            .toList();
    if (!inside.isEmpty()) {
      notes.add(
          Amounts.files(inside.size())
              + " of the key lie in the cache path, such as "
              + Printable.name(inside.getFirst())
              + ": what is restored or built there makes another key, and nothing is ever hit");
    }
    if (question.preset().isEmpty() || !question.preset().get().givesPatterns()) {
      computed
          .unmatchedPatterns()
          .forEach(pattern -> notes.add("'" + Printable.name(pattern) + "' matches no file"));
    }
    notes.addAll(computed.passedOver());
    return notes;
  }

  private boolean lies(String name, Path cachePath) {
    return question.inputs().workingDirectory().resolve(name).startsWith(cachePath);
  }

  private ObjectNode document(Optional<Against> against) {
    ObjectNode root = Json.newObject();
    root.put("key", computed.key().hex());
    root.put("folder", question.inputs().workingDirectory().toString());
    computed
        .recipe()
        .platform()
        .ifPresentOrElse(
            platform -> root.put("platform", platform), () -> root.putNull("platform"));
    ArrayNode patterns = root.putArray("patterns");
    question.inputs().patterns().patterns().forEach(patterns::add);
    ArrayNode extras = root.putArray("extras");
    question.inputs().extras().forEach(extra -> extras.add(extra.text()));
    ArrayNode files = root.putArray("files");
    computed
        .recipe()
        .files()
        .forEach(file ->
            files
                .addObject()
                .put("name", file.name())
                .put("size", file.length())
                .put("sha256", file.sha256()));
    ArrayNode notes = root.putArray("notes");
    notes().forEach(notes::add);
    against.ifPresentOrElse(
        other -> root.set("against", documentOf(other)), () -> root.putNull("against"));
    return root;
  }

  private ObjectNode documentOf(Against against) {
    ObjectNode root = Json.newObject();
    root.put("reference", against.reference().toString());
    root.put("digest", against.digest().toString());
    against.key().ifPresentOrElse(key -> root.put("key", key.hex()), () -> root.putNull("key"));
    root.put("same", against.key().equals(Optional.of(computed.key())));
    against
        .differences()
        .ifPresentOrElse(
            lines -> {
              ArrayNode array = root.putArray("differences");
              lines.forEach(array::add);
            },
            () -> root.putNull("differences"));
    ArrayNode causes = root.putArray("causes");
    against.causes().forEach(cause -> causes.add(dialect.of(cause)));
    return root;
  }
}
