package dev.stepcache.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.stepcache.layout.LayoutStore;
import dev.stepcache.oci.Digest;
import dev.stepcache.oci.Tag;
import dev.stepcache.outcome.Reason;
import dev.stepcache.resources.Resources;
import dev.stepcache.restore.RestoreMode;
import dev.stepcache.restore.TreeSnapshot;
import dev.stepcache.store.StoreReference;
import java.io.IOException;
import java.io.StringWriter;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.tools.JavaCompiler;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CachesTest {
  private static final Pattern EXAMPLE =
      Pattern.compile("(?s)\\{@snippet :\n(.*?)\n \\* }\n \\*\n");

  @TempDir Path folder;

  @Test
  void theExampleOfThePackageCompilesAndRuns() throws Exception {
    Path cachePath = Files.createDirectories(folder.resolve("go"));
    Path store = folder.resolve("caches");

    assertThat(runExample(store, cachePath)).isFalse();
    assertThat(runExample(store, cachePath)).isTrue();

    assertThat(cachePath.resolve("built")).hasContent("first");
  }

  /** Whether the example's build found its cache. */
  private boolean runExample(Path store, Path cachePath) throws Exception {
    String info = Files.readString(Path.of("src/main/java/dev/stepcache/cache/package-info.java"));
    Matcher example = EXAMPLE.matcher(info);
    assertThat(example.find()).isTrue();
    String code =
        example
            .group(1)
            .replaceAll("(?m)^ \\* ?", "")
            .replace("/caches/go", store.toString())
            .replace("/workspace/.cache/go", cachePath.toString());
    Path source = folder.resolve("Example.java");
    Files.writeString(
        source,
        """
        import dev.stepcache.cache.*;
        import dev.stepcache.layout.LayoutStore;
        import dev.stepcache.oci.Tag;
        import dev.stepcache.outcome.*;
        import dev.stepcache.store.StoreReference;
        import java.nio.file.*;

        public class Example {
          public static boolean hit;

          static void build(boolean found) throws Exception {
            hit = found;
            if (!found) {
              Files.writeString(Path.of("%s/built"), "first");
            }
          }

          public static void run(String key) throws Exception {
            %s
          }
        }
        """
            .formatted(cachePath, code));
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    StringWriter problems = new StringWriter();
    boolean compiled =
        compiler
            .getTask(
                problems,
                null,
                null,
                List.of("-proc:none", "-d", folder.toString()),
                null,
                compiler.getStandardFileManager(null, null, null).getJavaFileObjects(source))
            .call();
    assertThat(compiled).as(problems.toString()).isTrue();
    try (URLClassLoader loader =
        new URLClassLoader(new URL[] {folder.toUri().toURL()}, getClass().getClassLoader())) {
      Class<?> type = loader.loadClass("Example");
      type.getMethod("run", String.class).invoke(null, "key");
      Files.delete(folder.resolve("Example.class"));
      return type.getField("hit").getBoolean(null);
    }
  }

  @Test
  void twoFetchesAndAnUploadRunInOneJvmAtOnce() throws Exception {
    Path stored = folder.resolve("store");
    Path tree = filled(folder.resolve("tree"), 1);
    Path other = filled(folder.resolve("other"), 2);
    Resources third = Resources.of(Resources.ofThisJvm().heap() / 3, 1);
    StoreReference there = reference(stored, "there");
    try (LayoutStore store = new LayoutStore(stored)) {
      assertThat(preserved(tree, third).upload(store, there).reason()).isEqualTo(Reason.SAVED);

      List<Callable<Reason>> verbs = new ArrayList<>();
      for (String restored : List.of("first", "second")) {
        Caches caches = preserved(folder.resolve(restored), third);
        verbs.add(() -> caches.fetch(store, there).reason());
      }
      Caches saved = preserved(other, third);
      verbs.add(() -> saved.upload(store, reference(stored, "other")).reason());

      assertThat(atOnce(verbs)).containsExactly(Reason.HIT, Reason.HIT, Reason.SAVED);
      assertThat(
              preserved(folder.resolve("third"), third)
                  .fetch(store, reference(stored, "other"))
                  .reason())
          .isEqualTo(Reason.HIT);
    }
    assertThat(TreeSnapshot.of(folder.resolve("first"))).isEqualTo(TreeSnapshot.of(tree));
    assertThat(TreeSnapshot.of(folder.resolve("second"))).isEqualTo(TreeSnapshot.of(tree));
    assertThat(TreeSnapshot.of(folder.resolve("third"))).isEqualTo(TreeSnapshot.of(other));
  }

  @Test
  void refusesToSaveUnderADigest() {
    StoreReference digest = reference(folder, "x").with(Digest.of(new byte[] {1}));

    assertThatThrownBy(() -> UploadRequest.to(new LayoutStore(folder), digest))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("needs a tag");
  }

  private static Caches preserved(Path cachePath, Resources resources) {
    return Caches.in(cachePath).with(RestoreMode.PRESERVE).with(resources);
  }

  private static StoreReference reference(Path store, String tag) {
    return new StoreReference.InLayout(store, new Tag(tag));
  }

  private static List<Reason> atOnce(List<Callable<Reason>> verbs) throws Exception {
    List<Reason> reasons = new ArrayList<>();
    try (ExecutorService threads = Executors.newFixedThreadPool(verbs.size())) {
      for (Future<Reason> verb : threads.invokeAll(verbs)) {
        reasons.add(verb.get());
      }
    }
    return reasons;
  }

  /** Files whose modes a umask would take rights from, in folders of several layers. */
  private static Path filled(Path tree, int seed) throws IOException {
    Random random = new Random(seed);
    for (int number = 0; number < 3_000; number++) {
      Path file = tree.resolve("d" + number % 50).resolve("f" + number);
      Files.createDirectories(file.getParent());
      byte[] content = new byte[random.nextInt(4_000)];
      random.nextBytes(content);
      Files.write(file, content);
      Files.setPosixFilePermissions(
          file, PosixFilePermissions.fromString(number % 2 == 0 ? "rw-rw-rw-" : "rwxr-x---"));
    }
    return tree;
  }
}
