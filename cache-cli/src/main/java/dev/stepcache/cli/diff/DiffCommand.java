package dev.stepcache.cli.diff;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.stepcache.cli.ConnectionOptions;
import dev.stepcache.cli.ExitCode;
import dev.stepcache.cli.FormatOption;
import dev.stepcache.cli.Output;
import dev.stepcache.cli.References;
import dev.stepcache.cli.Session;
import dev.stepcache.cli.Table;
import dev.stepcache.format.MemoryBudget;
import dev.stepcache.oci.Json;
import dev.stepcache.resources.Resources;
import dev.stepcache.store.StoreReference;
import dev.stepcache.text.Amounts;
import dev.stepcache.text.Printable;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Which files came, went and changed between two caches. */
@Command(
    name = "diff",
    description = {
      "Shows which files came, went and changed from one cache to another, by folder. Layers that"
          + " both have are not read, unless another part of them is in use."
    },
    footer = {
      "",
      "Example: what did the last build add?",
      "  stepcache diff oci://registry.example.com/team/cache:main \\",
      "    oci://registry.example.com/team/cache:latest"
    })
public final class DiffCommand implements Callable<Integer> {
  private final Session session;

  @Mixin private ConnectionOptions connection = new ConnectionOptions();

  @Parameters(
      index = "0",
      paramLabel = "BEFORE",
      converter = References.OfACache.class,
      description =
          "oci://host/repository:tag, s3://bucket/folder:tag (also gs://, azblob://) or"
              + " file:///folder:tag, or with @digest")
  private StoreReference before = StoreReference.parse("file:///");

  @Parameters(
      index = "1",
      paramLabel = "AFTER",
      converter = References.OfACache.class,
      description = "The same of the other cache, which may lie elsewhere.")
  private StoreReference after = StoreReference.parse("file:///");

  @Option(names = "--files", description = "List each file.")
  private boolean files;

  @Mixin private FormatOption format = new FormatOption();

  /**
   * @param session that both stores are opened in
   */
  public DiffCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() {
    return session.run(
        connection,
        List.of(before, after),
        stores -> {
          MemoryBudget memory = new MemoryBudget(Resources.ofThisJvm());
          OpenedCache old = OpenedCache.read(stores.of(before), before, memory);
          OpenedCache now = OpenedCache.read(stores.of(after), after, memory);
          Differences differences = Differences.between(old, now);
          if (format.isJson()) {
            session
                .output()
                .out()
                .println(
                    new String(
                        Json.bytes(document(old, now, differences)), StandardCharsets.UTF_8));
          } else {
            print(differences);
          }
          return ExitCode.WELL;
        });
  }

  private void print(Differences differences) {
    Output output = session.output();
    Map<String, FolderChanges> folders = FolderChanges.of(differences);
    if (!folders.isEmpty()) {
      Table table = Table.under("FOLDER", "CAME", "WENT", "CHANGED", "BYTES");
      folders.forEach((name, changes) ->
          table.row(
              Printable.of(name),
              Integer.toString(changes.came()),
              Integer.toString(changes.went()),
              Integer.toString(changes.changed()),
              signed(changes.growth())));
      table.print(output);
    }
    if (files) {
      differences
          .files()
          .forEach((name, change) ->
              output.line(change.sign() + " " + Printable.of(name) + sizes(change)));
    }
    output.line(summary(differences));
  }

  private static String sizes(Differences.Change change) {
    String sizes =
        change.before().map(Amounts::bytes).orElse("")
            + (change.sign() == '~' ? " -> " : "")
            + change.after().map(Amounts::bytes).orElse("");
    return " (" + sizes + ")";
  }

  private static String summary(Differences differences) {
    FolderChanges all = new FolderChanges();
    differences.files().values().forEach(all::add);
    return String.format(
        Locale.ROOT,
        "%,d came, %,d went, %,d changed, %,d as before%s: %s; %s of layers were read",
        all.came(),
        all.went(),
        all.changed(),
        differences.same(),
        differences.touched() == 0
            ? ""
            : String.format(
                Locale.ROOT, " (of these %,d with another time or mode)", differences.touched()),
        signed(all.growth()),
        Amounts.bytes(differences.read()));
  }

  private static String signed(long bytes) {
    return (bytes < 0 ? "-" : "+") + Amounts.bytes(Math.abs(bytes));
  }

  private static ObjectNode document(OpenedCache old, OpenedCache now, Differences differences) {
    ObjectNode root = Json.newObject();
    root.set("before", documentOf(old));
    root.set("after", documentOf(now));
    root.put("same", differences.same());
    root.put("touched", differences.touched());
    root.put("read", differences.read());
    ArrayNode folders = root.putArray("folders");
    FolderChanges.of(differences)
        .forEach((name, changes) ->
            folders
                .addObject()
                .put("name", name)
                .put("came", changes.came())
                .put("went", changes.went())
                .put("changed", changes.changed())
                .put("growth", changes.growth()));
    ArrayNode files = root.putArray("files");
    differences
        .files()
        .forEach((name, change) -> {
          ObjectNode file = files.addObject().put("name", name);
          put(file, "before", change.before());
          put(file, "after", change.after());
        });
    return root;
  }

  private static void put(ObjectNode file, String name, Optional<Long> size) {
    size.ifPresentOrElse(bytes -> file.put(name, bytes), () -> file.putNull(name));
  }

  private static ObjectNode documentOf(OpenedCache cache) {
    ObjectNode root = Json.newObject();
    root.put("reference", cache.reference().toString());
    root.put("digest", cache.stored().digest().toString());
    cache
        .image()
        .key()
        .ifPresentOrElse(key -> root.put("key", key.hex()), () -> root.putNull("key"));
    root.put("files", cache.index().files());
    root.put("bytes", cache.index().bytes());
    return root;
  }
}
