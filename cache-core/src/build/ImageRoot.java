import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Lays out what the images hold, for Jib to pack. A program of the build's own, since it links and
 * trains with the JDK that the images are for, and Maven may run on an older one.
 *
 * <ul>
 *   <li>{@code runtime OUT MODULES ROOTS CLASSPATH}: what both images share, below {@code OUT}.
 *   <li>{@code step OUT RUNTIME NAME MAIN JAR CLASSPATH REGISTRY PROGRAM}: one step's own, below
 *       {@code OUT}. {@code REGISTRY} is the folder of the training's registry: cache-upload fills
 *       it, cache-fetch reads it. {@code PROGRAM} is that registry's source.
 *   <li>{@code command OUT RUNTIME NAME MAIN JAR CLASSPATH}: the same of a command that runs for
 *       seconds anyway, so that nothing is learned for its start.
 * </ul>
 */
public final class ImageRoot {
  public static void main(String[] args) throws Exception {
    List<String> rest = List.of(args).subList(1, args.length);
    switch (args[0]) {
      case "runtime" -> runtime(rest);
      case "step" -> step(rest);
      case "command" -> command(rest);
      default -> throw new IllegalArgumentException(args[0]);
    }
  }

  private static void runtime(List<String> args) throws Exception {
    Path out = Path.of(args.get(0));
    Path roots = Path.of(args.get(2));
    StringBuilder inputs = new StringBuilder(Runtime.version() + "\n" + args + "\n");
    for (Path file : Folder.files(roots.getParent())) {
      inputs.append(file).append(' ').append(Files.readString(file).hashCode()).append('\n');
    }
    String made = inputs.toString();
    Path stamp = out.resolve("made");
    if (Files.exists(stamp) && Files.readString(stamp).equals(made)) {
      return;
    }
    Folder.delete(out);
    SystemFiles.write(out.resolve("system"));
    // In the place of the system's files on a base that brings its own.
    Files.createDirectories(out.resolve("none"));
    LinkedJava.link(out.resolve("java/opt/java"), args.get(1));
    TrustStore.write(roots, out.resolve("java/opt/java/lib/security/cacerts"));
    NativeZstd.extract(args.get(3), out.resolve("lib/opt/app/lib"));
    Files.writeString(stamp, made);
  }

  private static void command(List<String> args) throws Exception {
    JavaArguments java = arguments(args);
    Path app = begin(args, java);
    Files.writeString(app.resolve(java.step() + ".args"), java.untrainedFile());
  }

  private static JavaArguments arguments(List<String> args) {
    return new JavaArguments(
        args.get(2), args.get(3), ClassPath.of(Path.of(args.get(4)), args.get(5)));
  }

  /** The folder of what is the program's own, with nothing but the compilers' directives in it. */
  private static Path begin(List<String> args, JavaArguments java) throws Exception {
    Path out = Path.of(args.get(0)).toAbsolutePath();
    Folder.delete(out);
    LinkedJava.demandModules(Path.of(args.get(1), "java/opt/java"), java.classPath());
    Path app = Files.createDirectories(out.resolve("app/opt/app"));
    Files.writeString(app.resolve(JavaArguments.COMPILERS_FILE), JavaArguments.COMPILERS);
    return app;
  }

  private static void step(List<String> args) throws Exception {
    Path out = Path.of(args.get(0)).toAbsolutePath();
    Path runtime = Path.of(args.get(1)).toAbsolutePath();
    JavaArguments java = arguments(args);
    Path app = begin(args, java);
    Files.writeString(app.resolve(java.step() + ".args"), java.file());
    TrainingRun training =
        new TrainingRun(
            java, runtime, out.resolve("training"), Path.of(args.get(6)), Path.of(args.get(7)));
    training.run(app.resolve(java.step() + ".aot"));
  }
}
