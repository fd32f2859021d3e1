package dev.stepcache.s3;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** A server of S3 that all tests of a class share. Where it is not installed, none is run. */
public final class SharedS3 implements BeforeAllCallback, AfterAllCallback {
  private final String name;
  private final BooleanSupplier available;
  private final Start start;
  private Optional<S3Server> server = Optional.empty();
  private Optional<Path> folder = Optional.empty();
  private int buckets;

  private interface Start {
    S3Server in(Path folder) throws IOException;
  }

  private SharedS3(String name, BooleanSupplier available, Start start) {
    this.name = name;
    this.available = available;
    this.start = start;
  }

  /** moto's. */
  public static SharedS3 moto() {
    return new SharedS3("moto_server", MotoServer::available, MotoServer::start);
  }

  /** SeaweedFS's. */
  public static SharedS3 seaweed() {
    return new SharedS3("weed", SeaweedServer::available, SeaweedServer::start);
  }

  @Override
  public void beforeAll(ExtensionContext context) throws IOException {
    assumeTrue(available.getAsBoolean(), () -> "not run: " + name + " is not installed");
    folder = Optional.of(Files.createTempDirectory(name));
    server = Optional.of(start.in(folder.get()));
  }

  @Override
  public void afterAll(ExtensionContext context) throws IOException {
    server.ifPresent(S3Server::close);
    if (folder.isPresent()) {
      List<Path> all;
      try (Stream<Path> walk = Files.walk(folder.get())) {
        all = walk.sorted(Comparator.reverseOrder()).toList();
      }
      for (Path file : all) {
        Files.deleteIfExists(file);
      }
    }
  }

  public S3Server server() {
    return server.orElseThrow();
  }

  /** Makes a bucket with a name that none had before. */
  public String bucket() throws IOException {
    String bucket = "bucket-" + ++buckets;
    server().create(bucket);
    return bucket;
  }
}
