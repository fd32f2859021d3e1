package dev.stepcache.azure;

import dev.stepcache.http.Body;
import dev.stepcache.http.Limits;
import dev.stepcache.http.Proxies;
import dev.stepcache.http.Request;
import dev.stepcache.http.Response;
import dev.stepcache.http.Trust;
import dev.stepcache.http.Wire;
import dev.stepcache.program.ServerProcess;
import dev.stepcache.registry.FakeRegistry;
import dev.stepcache.registry.ServerKeys;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Microsoft's own emulator of a storage account, which keeps blobs in memory, over plain http on
 * this machine. {@code ./verify --long} installs it below {@code ~/.cache}.
 */
public final class AzuriteProgram implements AutoCloseable {
  private final ServerProcess process;
  private final String scheme;
  private final Trust trust;

  private AzuriteProgram(ServerProcess process, String scheme, Trust trust) {
    this.process = process;
    this.scheme = scheme;
    this.trust = trust;
  }

  /** Whether the program is installed. */
  public static boolean available() {
    return find().isPresent();
  }

  private static Optional<Path> find() {
    return ServerProcess.find("azurite-blob", ".cache/stepcache-azurite/node_modules/.bin");
  }

  /** A server that has one empty container. */
  public static AzuriteProgram open(Path folder, String container) {
    AzuriteProgram azurite =
        new AzuriteProgram(start(folder, List.of()), "http://", Trust.JDK_ROOTS);
    azurite.create(container);
    return azurite;
  }

  /**
   * One over https that takes tokens too, of which it looks at issuer, audience and times: not at
   * the signature, nor at what the bearer may do. Its authority is {@link
   * FakeRegistry#authority}'s.
   */
  public static AzuriteProgram openWithTokens(Path folder, String container) {
    Path keys = ServerKeys.ofThisMachine(folder);
    List<String> options =
        List.of("--oauth", "basic", "--cert", keys.toString(), "--pwd", ServerKeys.password());
    Trust trust = Trust.of(Optional.of(FakeRegistry.authority(folder)), Map.of());
    AzuriteProgram azurite = new AzuriteProgram(start(folder, options), "https://", trust);
    azurite.create(container);
    return azurite;
  }

  private static ServerProcess start(Path folder, List<String> options) {
    return ServerProcess.start(
        folder,
        "azurite",
        port -> {
          List<String> command = new ArrayList<>();
          command.add(find().orElseThrow().toString());
          command.addAll(List.of("--inMemoryPersistence", "--silent", "--disableTelemetry"));
          command.addAll(List.of("--blobHost", "127.0.0.1", "--blobPort", Integer.toString(port)));
          command.addAll(options);
          return command;
        });
  }

  private void create(String container) {
    SharedKey key = SharedKey.of(account(), key(), InstantSource.system());
    Request request =
        new Request(
            "PUT",
            URI.create(scheme + host() + "/" + account() + "/" + container + "?restype=container"),
            Map.of("x-ms-version", "2021-08-06"),
            Body.NONE);
    try (Wire wire = new Wire(trust, false, Proxies.NONE, Limits.STANDARD)) {
      process.await(() -> {
        try (Response answer =
            wire.send(key.sign(request, Optional.empty()), Duration.ofSeconds(5))) {
          if (answer.status() != 201) {
            throw new AssertionError("Azurite answered " + answer.status());
          }
        }
      });
    }
  }

  /** {@code 127.0.0.1:port}, for AZURE_STORAGE_DOMAIN. */
  public String host() {
    return process.host();
  }

  /** The account that each Azurite has. */
  public static String account() {
    return Azurite.CONNECTION.get("AccountName");
  }

  /** Its key, which is public. */
  public static String key() {
    return Azurite.CONNECTION.get("AccountKey");
  }

  /** What a step's environment has. */
  public Map<String, String> environment() {
    return Map.of(
        "AZURE_STORAGE_ACCOUNT",
        account(),
        "AZURE_STORAGE_KEY",
        key(),
        "AZURE_STORAGE_DOMAIN",
        host(),
        "AZURE_STORAGE_PROTOCOL",
        "http");
  }

  @Override
  public void close() {
    process.close();
  }
}
