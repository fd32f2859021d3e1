package dev.stepcache.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stepcache.connect.OpenStores;
import dev.stepcache.format.Expiry;
import dev.stepcache.key.CacheKey;
import dev.stepcache.oci.Manifest;
import dev.stepcache.oci.MediaType;
import dev.stepcache.store.Store;
import dev.stepcache.store.StoreReference;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The page on a repository's caches, as it is and as a browser shows it. */
class ReportTest extends CliCase {
  private String store = "";

  @BeforeEach
  void aStore() throws IOException {
    store = "file://" + folder.resolve("store");
    saveTwo(store);
  }

  private Path page() {
    Path file = folder.resolve("page.html");
    Ran ran = run("report", "--file", file.toString(), store);
    assertThat(ran.code()).as(ran.err()).isZero();
    assertThat(ran.out()).startsWith("written: " + file);
    return file;
  }

  /** Gives a cache a manifest that says what no upload writes. */
  private void expires(String from, String to, String time) throws IOException {
    Manifest manifest = manifest(store, from);
    try (OpenStores stores = stores()) {
      Store opened = stores.of(StoreReference.parse(store));
      TreeMap<String, String> annotations = new TreeMap<>(manifest.annotations());
      annotations.put("dev.stepcache.expires-after", time);
      opened.put(
          new dev.stepcache.oci.Tag(to),
          MediaType.OCI_MANIFEST,
          new Manifest(MediaType.OCI_MANIFEST, manifest.config(), manifest.layers(), annotations)
              .toJson());
    }
  }

  @Test
  void hasTheFiguresOfTheListing() throws IOException {
    expires("first", "kept", "14d");

    String html = Files.readString(page());

    assertThat(Expiry.parse("14d")).isPresent();
    assertThat(html)
        .contains("<b>3</b><span>caches</span>", "<b>4</b><span>tags</span>", ">14d<")
        .contains("<td class=\"name\">first</td>", "<td class=\"name\">second</td>");
  }

  @Test
  void loadsNothingAndRunsNothing() throws IOException {
    String html = Files.readString(page());

    assertThat(html)
        .contains("default-src 'none'; style-src 'unsafe-inline'")
        .doesNotContain(
            "<script", "<link", "<img", "@import", "url(", "http://", "https://", "src=");
  }

  @Test
  void keepsTextText() throws IOException {
    Path odd = Files.createDirectories(folder.resolve("<b>&\"store"));
    store = "file://" + odd;
    write("one", 100);
    save(store, "tag", FIRST);

    assertThat(Files.readString(page()))
        .contains("&lt;b&gt;&amp;&quot;store")
        .doesNotContain("<b>&\"store");
  }

  @Test
  void goesToStandardOutputWhereNoFileIsNamed() {
    assertThat(run("report", store).out()).startsWith("<!DOCTYPE html>").endsWith("</html>\n");
  }

  private static Optional<Path> browser() {
    return Stream.of(System.getenv().getOrDefault("PATH", "").split(":"))
        .flatMap(folder ->
            Stream.of("chromium", "chromium-browser", "google-chrome")
                .map(name -> Path.of(folder, name)))
        .filter(Files::isExecutable)
        .findFirst();
  }

  private String browse(Path browser, String... options) throws Exception {
    List<String> command = new ArrayList<>(List.of(browser.toString()));
    command.addAll(
        List.of(
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--hide-scrollbars",
            "--user-data-dir=" + folder.resolve("profile")));
    command.addAll(List.of(options));
    Path out = folder.resolve("browser.out");
    Process process =
        new ProcessBuilder(command)
            .redirectOutput(out.toFile())
            .redirectError(folder.resolve("browser.err").toFile())
            .start();
    try {
      assertThat(process.waitFor(5, TimeUnit.MINUTES)).as("the browser ends").isTrue();
      assertThat(process.exitValue())
          .as(Files.readString(folder.resolve("browser.err"), StandardCharsets.ISO_8859_1))
          .isZero();
    } finally {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
    }
    return Files.readString(out);
  }

  /** The brightness of a pixel, 0 to 255. */
  private static int brightness(BufferedImage image, int x, int y) {
    int rgb = image.getRGB(x, y);
    return ((rgb >> 16 & 255) + (rgb >> 8 & 255) + (rgb & 255)) / 3;
  }

  private BufferedImage shot(Path browser, Path page, String size, String... more)
      throws Exception {
    Path file = folder.resolve("shot.png");
    List<String> options = new ArrayList<>(List.of(more));
    options.addAll(
        List.of("--window-size=" + size, "--screenshot=" + file, page.toUri().toString()));
    browse(browser, options.toArray(String[]::new));
    return ImageIO.read(file.toFile());
  }

  @Test
  @Tag("program")
  void aBrowserShowsItLightAndDarkAndOnAPhone() throws Exception {
    Optional<Path> browser = browser();
    Assumptions.assumeTrue(browser.isPresent(), "no chromium is installed");
    Path page = page();

    BufferedImage light = shot(browser.get(), page, "1100,1400");
    BufferedImage dark = shot(browser.get(), page, "1100,1400", "--force-dark-mode");

    assertThat(brightness(light, 5, 5)).isGreaterThan(240);
    assertThat(brightness(dark, 5, 5)).isLessThan(40);
    assertThat(colours(light)).as("the bars' colours are there").contains(0x1d6fb8, 0xb45309);
    assertThat(colours(dark)).contains(0x6cb2f2, 0xf0a04b);
    // What does not fit a phone would lie beyond the right margin.
    BufferedImage phone = shot(browser.get(), page, "390,2400");
    for (int y = 0; y < phone.getHeight(); y++) {
      assertThat(brightness(phone, phone.getWidth() - 4, y)).isGreaterThan(240);
    }
    assertThat(browse(browser.get(), "--dump-dom", page.toUri().toString()))
        .contains("<h2>Growth</h2>", "<h2>Caches</h2>");
  }

  private static List<Integer> colours(BufferedImage image) {
    List<Integer> colours = new ArrayList<>();
    for (int y = 0; y < image.getHeight(); y += 2) {
      for (int x = 0; x < image.getWidth(); x += 2) {
        int colour = image.getRGB(x, y) & 0xffffff;
        if (!colours.contains(colour)) {
          colours.add(colour);
        }
      }
    }
    return colours;
  }

  @Test
  void ofManyCachesShowsTheLargest() throws IOException {
    write("more", 10);
    for (int at = 0; at < 3; at++) {
      save(store, "more-" + at, new CacheKey(String.format("%064x", at)));
    }

    assertThat(Files.readString(page())).contains("<b>6</b><span>tags</span>");
  }
}
