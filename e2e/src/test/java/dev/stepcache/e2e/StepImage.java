package dev.stepcache.e2e;

import java.nio.file.Path;
import java.util.Locale;

/** The image of a step, as the build left it in an archive. */
enum StepImage {
  CACHE_FETCH,
  CACHE_UPLOAD;

  String step() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  String tag() {
    return "stepcache/" + step() + ":" + System.getProperty("image.version");
  }

  Path archive() {
    return Path.of(System.getProperty("image.folder"), step() + "-step", "target", step() + ".tar");
  }
}
