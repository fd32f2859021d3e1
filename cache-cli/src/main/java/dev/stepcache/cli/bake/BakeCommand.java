package dev.stepcache.cli.bake;

import dev.stepcache.bake.Bake;
import dev.stepcache.bake.BakeException;
import dev.stepcache.bake.BakeRequest;
import dev.stepcache.bake.Baked;
import dev.stepcache.bake.CachePart;
import dev.stepcache.bake.FilePart;
import dev.stepcache.bake.ImageFormat;
import dev.stepcache.bake.InnerPath;
import dev.stepcache.bake.Owner;
import dev.stepcache.bake.Times;
import dev.stepcache.cli.ConnectionOptions;
import dev.stepcache.cli.Ending;
import dev.stepcache.cli.ExitCode;
import dev.stepcache.cli.FormatOption;
import dev.stepcache.cli.References;
import dev.stepcache.cli.ResultFiles;
import dev.stepcache.cli.Session;
import dev.stepcache.connect.OpenStores;
import dev.stepcache.oci.Platform;
import dev.stepcache.oci.Tag;
import dev.stepcache.outcome.Reason;
import dev.stepcache.resources.Resources;
import dev.stepcache.store.StoreReference;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.function.Function;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Makes an image of a base, caches and files. */
@Command(
    name = "bake",
    description = {
      "Makes an image of a base image, caches, and files of other images or of the working"
          + " directory, without a daemon, root or a Dockerfile. Layers that are there already are"
          + " mounted, where the registry can. The tags are put last, when all of it is there."
    },
    footer = {
      "",
      "Example: a builder with its module cache and one tool more, for tonight",
      "  stepcache bake oci://registry.example.com/team/builder --base registry.example.com/golang:1.26 \\",
      "    --cache 'oci://registry.example.com/team/cache-go:latest=mod:/go/pkg/mod,build:/gocache' \\",
      "    --copy 'registry.example.com/ko:v0.18.0:/ko-app/ko=/usr/local/bin/ko' \\",
      "    --env GOCACHE=/gocache --tag 'nightly-{{date}}' --tag nightly"
    })
public final class BakeCommand implements Callable<Integer> {
  private final Session session;

  @Spec private CommandSpec spec = CommandSpec.create();

  @Mixin private ConnectionOptions connection = new ConnectionOptions();

  @Mixin private ResultFiles results = new ResultFiles("digest", "ref", "changed");

  @Parameters(
      index = "0",
      paramLabel = "TARGET",
      converter = References.OfARepository.class,
      description =
          "The repository that the image goes to: oci://host/repository, a bucket or file:///folder,"
              + " without a tag.")
  private StoreReference target = StoreReference.parse("file:///");

  @Option(
      names = "--base",
      required = true,
      paramLabel = "IMAGE",
      description = "The image below all: host/repository:tag, or with a scheme as TARGET.")
  private String base = "";

  @Option(
      names = "--cache",
      paramLabel = "CACHE=/PATH",
      description = {
        "A cache, and where it goes. Of one that has named paths CACHE=NAME:/PATH,NAME:/PATH, or"
            + " CACHE alone for /NAME each, which uses its layers as they are. {{os}} and {{arch}}"
            + " stand for the platform. May be repeated."
      })
  private List<String> caches = new ArrayList<>();

  @Option(
      names = "--copy",
      paramLabel = "SOURCE=/PATH",
      description =
          "A file of another image, IMAGE:/path, or of the working directory, and where it goes; a"
              + " folder with a slash behind SOURCE. May be repeated.")
  private List<String> copies = new ArrayList<>();

  /** As a step gives them, whose arrays become arguments of their own. */
  @Option(names = "--caches", arity = "0..*", hidden = true)
  private List<String> moreCaches = new ArrayList<>();

  @Option(names = "--copies", arity = "0..*", hidden = true)
  private List<String> moreCopies = new ArrayList<>();

  @Option(names = "--tags", arity = "0..*", hidden = true)
  private List<String> moreTags = new ArrayList<>();

  @Option(
      names = "--env",
      paramLabel = "NAME=VALUE",
      description = "A variable of the image; ${NAME} in it is what the base has. May be repeated.")
  private List<String> environment = new ArrayList<>();

  @Option(
      names = "--label",
      paramLabel = "NAME=VALUE",
      description = "A label of the image. May be repeated.")
  private List<String> labels = new ArrayList<>();

  @Option(
      names = "--platform",
      split = ",",
      paramLabel = "OS/ARCH",
      description = "For which platforms, such as linux/amd64,linux/arm64. Default: the base's.")
  private List<String> platforms = new ArrayList<>();

  @Option(
      names = "--tag",
      split = ",",
      paramLabel = "TAG",
      description =
          "Under which tags, the one that moves last; {{date}} is the day, as 20261130. May be"
              + " repeated. Default: latest.")
  private List<String> tags = new ArrayList<>();

  @Option(
      names = "--format",
      paramLabel = "oci|docker",
      description = "Media types of the image. docker packs caches in gzip. Default: the base's.")
  private Optional<ImageFormat> format = Optional.empty();

  @Option(
      names = "--owner",
      paramLabel = "UID[:GID]",
      description = "Whose the files are that are packed, and the caches' folders. Default: 0:0.")
  private String owner = "0:0";

  @Option(
      names = "--times",
      paramLabel = "/PATH=constant|real|future",
      description =
          "Which times the files of a cache have there. Default: future for build caches of Go's"
              + " kind, else constant. May be repeated.")
  private List<String> times = new ArrayList<>();

  @Option(
      names = "--writable",
      paramLabel = "/PATH",
      description =
          "Where files of a cache are written to in place, not only replaced, by a user of --owner's"
              + " group. Packs what lies there anew. May be repeated.")
  private List<String> writable = new ArrayList<>();

  @Option(
      names = "--any-platform",
      description = "Take caches that were saved on another platform.")
  private boolean anyPlatform;

  @Option(
      names = "--allow-missing-caches",
      description = "Bake without the caches that are not there.")
  private boolean allowMissing;

  @Option(
      names = "--working-dir",
      paramLabel = "FOLDER",
      description = "What files are relative to. Default: the current folder.")
  private Path directory = Path.of("");

  @Mixin private FormatOption output = new FormatOption();

  /**
   * @param session that stores are opened in
   */
  public BakeCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() {
    BakeRequest request = request();
    return session.run(connection, request.references(), stores -> bake(stores, request));
  }

  private BakeRequest request() {
    BuildDay day = BuildDay.of(session.environment());
    try {
      return new BakeRequest(
          base,
          each("--cache", both(caches, moreCaches), CachePart::parse),
          each("--copy", both(copies, moreCopies), FilePart::parse),
          pairs("--env", environment),
          pairs("--label", labels),
          each("--platform", platforms, BakeCommand::platform),
          target,
          tags(day),
          day.start(),
          format,
          each("--owner", List.of(owner), Owner::parse).getFirst(),
          times(),
          Set.copyOf(each("--writable", writable, InnerPath::parse)),
          anyPlatform,
          allowMissing,
          directory.toAbsolutePath());
    } catch (IllegalArgumentException e) {
      throw mistake("--base: " + e.getMessage());
    }
  }

  private List<Tag> tags(BuildDay day) {
    List<String> all = both(tags, moreTags);
    return each("--tag", all.isEmpty() ? List.of("latest") : all, day::tag);
  }

  private static List<String> both(List<String> some, List<String> more) {
    return Stream.concat(some.stream(), more.stream()).filter(text -> !text.isEmpty()).toList();
  }

  private <T> List<T> each(String option, List<String> texts, Function<String, T> parse) {
    List<T> all = new ArrayList<>();
    for (String text : texts) {
      try {
        all.add(parse.apply(text));
      } catch (IllegalArgumentException e) {
        throw mistake(option + ": " + e.getMessage());
      }
    }
    return all;
  }

  private SequencedMap<String, String> pairs(String option, List<String> texts) {
    SequencedMap<String, String> pairs = new LinkedHashMap<>();
    for (String text : texts) {
      int sign = text.indexOf('=');
      if (sign <= 0) {
        throw mistake(option + ": '" + text + "': wants NAME=VALUE");
      }
      pairs.put(text.substring(0, sign), text.substring(sign + 1));
    }
    return pairs;
  }

  private Map<InnerPath, Times> times() {
    Map<InnerPath, Times> all = new LinkedHashMap<>();
    pairs("--times", times)
        .forEach((path, text) -> {
          Times chosen =
              switch (text) {
                case "constant" -> Times.CONSTANT;
                case "real" -> Times.REAL;
                case "future" -> Times.FUTURE;
                default -> throw mistake("--times: '" + text + "': wants constant, real or future");
              };
          all.put(each("--times", List.of(path), InnerPath::parse).getFirst(), chosen);
        });
    return all;
  }

  private static Platform platform(String text) {
    String[] parts = text.split("/", -1);
    if (parts.length != 2 || parts[0].isEmpty() || parts[1].isEmpty()) {
      throw new IllegalArgumentException("'" + text + "': wants such as linux/amd64");
    }
    return new Platform(parts[0], parts[1]);
  }

  private ParameterException mistake(String message) {
    return new ParameterException(spec.commandLine(), message);
  }

  private int bake(OpenStores stores, BakeRequest request) throws IOException {
    BakeReport report = new BakeReport(session.output(), !output.isJson());
    try (Ending ending = Ending.watch(stores::close, report::interrupted)) {
      Baked baked;
      try {
        baked = new Bake(stores, request, Resources.ofThisJvm(), report::step).run();
      } catch (BakeException e) {
        throw new Session.CacheTrouble(Reason.MISS, String.valueOf(e.getMessage()));
      } catch (IOException e) {
        if (ending.isAsked()) {
          report.interrupted();
        }
        throw e;
      }
      report.end(baked, request.target());
      Tag first = baked.tags().getFirst();
      results.write(
          session.output(),
          baked.digest().toString(),
          request.target().with(first).toString(),
          Boolean.toString(!baked.moved().isEmpty()));
      return ExitCode.WELL;
    }
  }
}
