import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Runs a step as Tekton would, against the registry of the tests, and keeps what its JVM learned.
 * On real amounts of data: a cache trained on little makes large transfers slower. One run can be
 * learned from, so it does as much of what a step may have to do as fits into one: the upload
 * builds on an earlier one, and the fetch misses before it restores what that left. A bucket of S3
 * is a nearer store of both, so that what only that needs is learned too.
 */
record TrainingRun(
    JavaArguments java, Path runtime, Path folder, Path registry, Path registryProgram) {
  /** Jib's time for all files; the JVM compares it with that of its training. */
  private static final FileTime JIBS_TIME = FileTime.fromMillis(1000);

  void run(Path aotCache) throws Exception {
    layOutClassPath();
    Path work = folder.resolve("work");
    boolean uploads = java.step().equals("cache-upload");
    TrainingTree.writeSources(work);
    if (uploads) {
      Folder.delete(registry);
    }
    TrainingCertificate certificate = TrainingCertificate.make(folder);
    try (RegistryProcess served =
        RegistryProcess.start(registryProgram, java.classPath(), registry, certificate)) {
      Map<String, String> environment = environment(served, certificate, work, uploads);
      if (uploads) {
        TrainingTree.writeCache(work.resolve("cache"));
        run(java.inCopy(zstd(), compilers(aotCache)), served, environment, "uploaded", "true");
        TrainingTree.changeCache(work.resolve("cache"));
        TrainingTree.changeSources(work, 1);
      } else {
        TrainingTree.changeSources(work, 2);
      }
      run(
          java.training(aotCache.toString(), zstd(), compilers(aotCache)),
          served,
          environment,
          "reason",
          uploads ? "saved" : "fallback");
    }
    if (Files.size(aotCache) < 1 << 20) {
      throw new IOException(aotCache + " is too small to be an AOT cache");
    }
    Folder.delete(folder);
  }

  private void layOutClassPath() throws IOException {
    for (Path jar : java.classPath().jars()) {
      Path place = folder.resolve(java.classPath().placeOf(jar));
      Folder.copy(jar, place);
      Files.setLastModifiedTime(place, JIBS_TIME);
    }
  }

  private Map<String, String> environment(
      RegistryProcess served, TrainingCertificate certificate, Path work, boolean uploads)
      throws IOException {
    Map<String, String> environment = new HashMap<>();
    environment.put("LC_ALL", "C.UTF-8");
    environment.put("SSL_CERT_FILE", certificate.pem().toString());
    environment.put("HOME", served.writeLogin(folder).toString());
    // Beside the registry's, so that all that a step does with that is learned as it is.
    environment.put(
        "PARAM_BLOB_QUERY_PARAMS", "?region=us-east-1&endpoint=https://" + served.bucket());
    environment.put("AWS_ACCESS_KEY_ID", "training");
    environment.put("AWS_SECRET_ACCESS_KEY", "training");
    environment.put("PARAM_CACHE_PATH", "cache");
    environment.put("PARAM_WORKING_DIR", work.toString());
    for (String result :
        List.of("fetched", "uploaded", "key", "matched", "reason", "digest", "ref")) {
      environment.put("RESULT_" + result, folder.resolve(result).toString());
    }
    return environment;
  }

  private String zstd() {
    return runtime.resolve("lib/opt/app/lib/libzstd-jni.so").toString();
  }

  private static String compilers(Path aotCache) {
    return aotCache.resolveSibling(JavaArguments.COMPILERS_FILE).toString();
  }

  private void run(
      List<String> arguments,
      RegistryProcess served,
      Map<String, String> environment,
      String result,
      String wanted)
      throws Exception {
    List<String> command = new ArrayList<>();
    command.add(runtime.resolve("java/opt/java/bin/java").toString());
    command.addAll(arguments);
    command.addAll(List.of("--@patterns", "**go.mod", "**/go.sum"));
    command.addAll(
        List.of(
            java.step().equals("cache-fetch") ? "--@SOURCES" : "--@TARGETS",
            "s3://caches/training:{{hash}}",
            "oci://" + served.authority() + "/training/cache:{{hash}}"));
    if (java.step().equals("cache-fetch")) {
      command.addAll(List.of("--@FALLBACK_KEYS", "latest"));
    }
    Path log = folder.resolve("log");
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile());
    builder.environment().clear();
    builder.environment().putAll(environment);
    int exit = builder.start().waitFor();
    Path written = folder.resolve(result);
    if (exit != 0 || !Files.exists(written) || !Files.readString(written).equals(wanted)) {
      throw new IOException(
          java.step()
              + " did not do its work in training (exit "
              + exit
              + "):\n"
              + Files.readString(log));
    }
  }
}
