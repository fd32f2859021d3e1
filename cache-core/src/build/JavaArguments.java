import java.util.ArrayList;
import java.util.List;

/** How a step's JVM is started, the same way in its training and in its image. */
record JavaArguments(String step, String mainClass, ClassPath classPath) {
  /** What an AOT cache is bound to, or what the step's behaviour hangs on. */
  private static final List<String> FLAGS =
      List.of(
          "-XX:+UseSerialGC",
          // A quarter of the container's memory. Under 250 MB the maximum alone is ignored.
          "-XX:MaxRAMPercentage=25",
          "-XX:MinRAMPercentage=25",
          // Without a limit a node's memory would be the measure, and past 32 GB of heap the AOT
          // cache is refused. Not MaxRAM: where it is set, the container's limit is not asked for.
          "-XX:ErgoHeapSizeLimit=512m",
          "-XX:-UsePerfData",
          // What the second compiler must not have is offered to it at once, and so compiled by the
          // first for good. Else the first compiles it twice: with counters for the second before.
          // In the training too, since what is learned is how each method was compiled.
          "-XX:Tier0ProfilingStartPercentage=1",
          "-XX:Tier4InvocationThreshold=1",
          "-XX:Tier4MinInvocationThreshold=1",
          "-XX:Tier4CompileThreshold=1",
          "-XX:Tier4BackEdgeThreshold=1",
          // The working directory is the user's sources: no crash report may land there.
          "-XX:+ErrorFileToStderr",
          "--enable-native-access=ALL-UNNAMED");

  /**
   * The JVM's second compiler is for what only it makes with the processor's own instructions:
   * digests and ciphers. All else runs for seconds, and is better served by the first one alone:
   * otherwise a third of a step's time goes into compiling. Not all that deals with them: what the
   * training saw of certificates and handshakes would be compiled on each start.
   */
  static final String COMPILERS =
      """
      [
        {
          match: [
            "sun/security/provider/SHA*.*",
            "sun/security/provider/DigestBase.*",
            "com/sun/crypto/*.*"
          ],
          c2: {Exclude: false}
        },
        {match: ["*.*"], c2: {Exclude: true}}
      ]
      """;

  /** The file that {@link #COMPILERS} is in, beside the arguments. */
  static final String COMPILERS_FILE = "compilers.json";

  /** Stdout is the user's log: an AOT cache that cannot be used costs time, not lines. */
  private static final List<String> QUIET = List.of("-Xlog:disable", "-Xlog:all=error:stderr");

  /** The lines of {@code /opt/app/<step>.args}. */
  String file() {
    return file(List.of("-Xlog:aot*=off:stderr", "-XX:AOTCache=/opt/app/" + step + ".aot"));
  }

  /** The same without an AOT cache. */
  String untrainedFile() {
    return file(List.of("-Xshare:auto"));
  }

  private String file(List<String> start) {
    List<String> lines = new ArrayList<>(FLAGS);
    lines.addAll(QUIET);
    lines.addAll(start);
    lines.addAll(diagnostic("/opt/app/" + COMPILERS_FILE));
    lines.add("-DZstdNativePath=/opt/app/lib/libzstd-jni.so");
    lines.add("-cp");
    lines.add(classPath.inImage("/"));
    lines.add(mainClass);
    return String.join("\n", lines) + "\n";
  }

  /**
   * The same for a JVM that writes its AOT cache and stands in a copy of the image's root; the
   * paths are relative, since only those fit the image's absolute ones.
   */
  List<String> training(String aotCache, String zstd, String compilers) {
    List<String> words = new ArrayList<>();
    words.add("-XX:AOTCacheOutput=" + aotCache);
    words.addAll(inCopy(zstd, compilers));
    return words;
  }

  /** The same for one that nothing is learned from. */
  List<String> inCopy(String zstd, String compilers) {
    List<String> words = new ArrayList<>(FLAGS);
    words.addAll(QUIET);
    words.addAll(diagnostic(compilers));
    words.add("-DZstdNativePath=" + zstd);
    words.add("-cp");
    words.add(classPath.inImage(""));
    words.add(mainClass);
    return words;
  }

  private static List<String> diagnostic(String compilers) {
    return List.of(
        "-XX:+UnlockDiagnosticVMOptions",
        // The archives are mapped where they were made for: else each process has its own patched
        // copy of them in memory, 13 MB that nothing can take back from it.
        "-XX:ArchiveRelocationMode=0",
        // It would say on stdout how many there are.
        "-XX:-DisplayVMOutput",
        "-XX:CompilerDirectivesFile=" + compilers);
  }
}
