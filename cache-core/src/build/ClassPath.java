import java.io.File;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The jars of a step in their order, the step's own first. */
record ClassPath(List<Path> jars) {
  /** From Maven's class path, whose folders are what {@code own} was made of. */
  static ClassPath of(Path own, String mavens) {
    Stream<Path> others =
        Stream.of(mavens.split(File.pathSeparator))
            .filter(element -> element.endsWith(".jar"))
            .map(Path::of);
    return new ClassPath(Stream.concat(Stream.of(own), others).toList());
  }

  /** Where Jib puts the jars below {@code root}, which ends with a slash or is empty. */
  String inImage(String root) {
    return jars.stream().map(jar -> root + placeOf(jar)).collect(Collectors.joining(":"));
  }

  String placeOf(Path jar) {
    String folder = jar.equals(jars.getFirst()) ? "classpath/" : "libs/";
    return "opt/app/" + folder + jar.getFileName();
  }
}
