import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** What a program needs of a system, taken from the build machine where the base is empty. */
final class SystemFiles {
  private static final boolean ARM = System.getProperty("os.arch").equals("aarch64");

  private static final Path LOADER =
      Path.of(ARM ? "/lib/ld-linux-aarch64.so.1" : "/lib64/ld-linux-x86-64.so.2");

  /** Where a loader looks by itself, on Debian and on Fedora. */
  private static final List<String> FOLDERS =
      List.of(ARM ? "/lib/aarch64-linux-gnu" : "/lib/x86_64-linux-gnu", "/lib64");

  private static final List<String> LIBRARIES =
      List.of("libc.so.6", "libm.so.6", "libdl.so.2", "libpthread.so.0", "librt.so.1");

  /** Without it Java reads file names as ASCII, and fails on all others. */
  private static final Path LOCALE = Path.of("/usr/lib/locale/C.utf8");

  private SystemFiles() {}

  static void write(Path root) throws IOException {
    copy(LOADER, root);
    for (String library : LIBRARIES) {
      copy(find(library), root);
    }
    if (!Files.isDirectory(LOCALE)) {
      throw new IOException(LOCALE + " is missing; cure: install the locale C.UTF-8 (libc-bin)");
    }
    for (Path file : Folder.files(LOCALE)) {
      copy(file, root);
    }
    Path etc = Files.createDirectories(root.resolve("etc"));
    Files.writeString(
        etc.resolve("passwd"),
        """
        root:x:0:0:root:/:/sbin/nologin
        stepcache:x:65532:0:stepcache:/:/sbin/nologin
        """);
    Files.writeString(etc.resolve("group"), "root:x:0:\n");
    // So that /etc/hosts wins over DNS, as everywhere.
    Files.writeString(etc.resolve("nsswitch.conf"), "hosts: files dns\n");
    Files.createDirectories(root.resolve("tmp"));
  }

  private static Path find(String library) throws IOException {
    return FOLDERS.stream()
        .map(folder -> Path.of(folder, library))
        .filter(Files::exists)
        .findFirst()
        .orElseThrow(
            () -> new IOException(library + " is not in " + FOLDERS + ": is this a glibc system?"));
  }

  private static void copy(Path file, Path root) throws IOException {
    Folder.copy(file, root.resolve(file.toString().substring(1)));
  }
}
