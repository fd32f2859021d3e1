package dev.stepcache.e2e;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.EnumSet;
import java.util.Set;
import org.testcontainers.DockerClientFactory;

/** The images that this run has given to the Docker engine: each archive is loaded once. */
final class LoadedImages {
  private static final Set<StepImage> LOADED = EnumSet.noneOf(StepImage.class);

  private LoadedImages() {}

  static synchronized void load(StepImage image) {
    if (!LOADED.add(image)) {
      return;
    }
    try (InputStream archive = Files.newInputStream(image.archive())) {
      DockerClientFactory.instance().client().loadImageCmd(archive).exec();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
