package dev.stepcache.tekton;

import dev.stepcache.registry.RealRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/**
 * Buildah, as the machine has it.
 *
 * @param folder where it keeps its images
 * @param registry the one that it may speak to by plain http
 */
record Buildah(Path folder, RealRegistry registry) {
  /** What its processes need to know. */
  Map<String, String> environment() throws IOException {
    Path storage = folder.resolve("storage.conf");
    Files.writeString(
        storage,
        "[storage]\ndriver = \"vfs\"\ngraphroot = \"%1$s/graph\"\nrunroot = \"%1$s/run\"\n"
            .formatted(folder));
    Path registries = folder.resolve("registries.conf");
    Files.writeString(
        registries,
        "unqualified-search-registries = []\n[[registry]]\nlocation = \"%s\"\ninsecure = true\n"
            .formatted(registry.host()));
    Path home = Files.createDirectories(folder.resolve("home/.config/containers"));
    Files.writeString(
        home.resolve("policy.json"), "{\"default\":[{\"type\":\"insecureAcceptAnything\"}]}");
    return Map.of(
        "HOME",
        folder.resolve("home").toString(),
        "CONTAINERS_STORAGE_CONF",
        storage.toString(),
        "CONTAINERS_REGISTRIES_CONF",
        registries.toString(),
        "REGISTRY_AUTH_FILE",
        Files.writeString(folder.resolve("auth.json"), "{}").toString());
  }

  /** Pushes an image with a shell, and returns its name. */
  String pushBaseImage() throws IOException, InterruptedException {
    Path base = Files.createDirectories(folder.resolve("base/rootfs/bin"));
    Files.createDirectories(folder.resolve("base/rootfs/root"));
    Programs.run(base, Map.of(), "sh", "-c", "cp \"$(command -v busybox)\" . && ln -s busybox sh");
    Files.writeString(folder.resolve("base/Dockerfile"), "FROM scratch\nCOPY rootfs /\n");
    String image = registry.host() + "/ci/base:latest";
    Programs.run(
        folder.resolve("base"),
        environment(),
        "sh",
        "-ec",
        "buildah build --storage-driver vfs --isolation chroot --tag "
            + image
            + " . && buildah push --storage-driver vfs "
            + image);
    return image;
  }
}
