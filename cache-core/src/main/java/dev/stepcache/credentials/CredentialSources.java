package dev.stepcache.credentials;

import dev.stepcache.store.StoreException;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * All the locations where a login may lie. What a param names is the only location then; otherwise,
 * in this order: {@code $DOCKER_CONFIG}, {@code $REGISTRY_AUTH_FILE}, {@code
 * $HOME/.docker/config.json}, the file that Tekton makes of a service account's secrets, and {@code
 * $XDG_RUNTIME_DIR/containers/auth.json}. The first location with a login for the repository wins.
 *
 * @param named a docker config file, or a folder with one, that a param names
 * @param environment the process's environment
 * @param tekton where Tekton puts its docker config
 * @param helpers runs what a docker config leaves a login to; empty where no program is run
 * @param notices told of a location that was passed over because it cannot be used
 */
public record CredentialSources(
    Optional<Path> named,
    Map<String, String> environment,
    Path tekton,
    Optional<CredentialProgram> helpers,
    Consumer<String> notices) {
  private static final Path TEKTON = Path.of("/tekton/creds/.docker/config.json");
  private static final List<String> NAMES =
      List.of("config.json", ".dockerconfigjson", ".dockercfg");

  public CredentialSources {
    environment = Map.copyOf(environment);
  }

  /** Of a step, which runs no programs. */
  public CredentialSources(
      Optional<Path> named,
      Map<String, String> environment,
      Path tekton,
      Consumer<String> notices) {
    this(named, environment, tekton, Optional.empty(), notices);
  }

  /**
   * Those in the usual locations, Tekton's own among them.
   *
   * @param named the docker config that the user names, or its folder: no other location is looked
   *     at then
   * @param environment where variables name locations
   * @param notices told of a config that is no use
   */
  public CredentialSources(
      Optional<Path> named,
      Map<String, String> environment,
      Optional<CredentialProgram> helpers,
      Consumer<String> notices) {
    this(named, environment, TEKTON, helpers, notices);
  }

  /**
   * The login for a repository; {@link Login.Anonymous} if there is none.
   *
   * @throws StoreException.MissingCredentials if what the param names cannot be used
   */
  public Login login(String registry, String repository) throws StoreException {
    if (named.isPresent()) {
      return fromNamed(named.get(), registry, repository);
    }
    Optional<Login> passedOn = Optional.empty();
    for (Path location : locations()) {
      try {
        Optional<Login> login = from(location, registry, repository);
        if (login.isPresent() && !(login.get() instanceof Login.Anonymous)) {
          return login.get();
        }
        passedOn = passedOn.isPresent() ? passedOn : login;
      } catch (IOException | SecurityException e) {
        notices.accept("docker config " + location + " is passed over: " + why(e));
      }
    }
    return passedOn.isPresent() ? passedOn.get() : new Login.Anonymous();
  }

  private Login fromNamed(Path location, String registry, String repository) throws StoreException {
    try {
      if (!isThere(location)) {
        throw Files.isDirectory(location)
            ? new IOException("is a folder without a file " + NAMES.getFirst())
            : new NoSuchFileException(location.toString());
      }
      return from(location, registry, repository).orElseGet(Login.Anonymous::new);
    } catch (IOException | SecurityException e) {
      throw new StoreException.MissingCredentials(
          "log in to " + registry + ": docker config " + location + " " + why(e), null);
    }
  }

  private static boolean isThere(Path location) {
    return file(location).isPresent();
  }

  /** What a location says of a login; empty where it says nothing. */
  private Optional<Login> from(Path location, String registry, String repository)
      throws IOException {
    Optional<Path> file = file(location);
    if (file.isEmpty()) {
      return Optional.empty();
    }
    DockerConfig config = DockerConfig.read(file.get());
    if (helpers.isPresent() && config.helper(registry).isPresent()) {
      return asked(helpers.get(), config, file.get(), registry, repository);
    }
    return config
        .login(registry, repository)
        .or(() -> config.helper(registry).map(helper -> leftTo(helper, file.get())));
  }

  /** As docker does it, the program comes first, and then what the file itself has. */
  private static Optional<Login> asked(
      CredentialProgram helpers, DockerConfig config, Path file, String registry, String repository)
      throws IOException {
    String program = config.helper(registry).orElseThrow();
    String why = "has no login for " + registry;
    try {
      Optional<Login> login = helpers.ask(program, server(registry));
      if (login.isPresent()) {
        return login;
      }
    } catch (IOException e) {
      why = String.valueOf(e.getMessage());
    }
    Login none =
        new Login.Anonymous(
            "docker config " + file + " leaves the login to " + program + ", which " + why);
    return config.login(registry, repository).or(() -> Optional.of(none));
  }

  /** Docker Hub's login has an older name. */
  private static String server(String registry) {
    return registry.equals("docker.io") ? "https://index.docker.io/v1/" : registry;
  }

  private static Login leftTo(String helper, Path file) {
    return new Login.Anonymous(
        "docker config "
            + file
            + " leaves the login to "
            + helper
            + ", and a step runs no credential helpers: put the login itself into its auths");
  }

  /** The config file at a location; an unreadable one is one. */
  private static Optional<Path> file(Path location) {
    if (!Files.isDirectory(location)) {
      return Files.exists(location) ? Optional.of(location) : Optional.empty();
    }
    return NAMES.stream()
        .map(location::resolve)
        .filter(file -> Files.exists(file) && !Files.isDirectory(file))
        .findFirst();
  }

  private List<Path> locations() {
    List<Path> locations = new ArrayList<>();
    variable("DOCKER_CONFIG").map(Path::of).ifPresent(locations::add);
    variable("REGISTRY_AUTH_FILE").map(Path::of).ifPresent(locations::add);
    variable("HOME").map(home -> Path.of(home, ".docker", "config.json")).ifPresent(locations::add);
    locations.add(tekton);
    variable("XDG_RUNTIME_DIR")
        .map(folder -> Path.of(folder, "containers", "auth.json"))
        .ifPresent(locations::add);
    return locations;
  }

  /** An empty variable counts as unset. */
  private Optional<String> variable(String name) {
    return Optional.ofNullable(environment.get(name)).filter(value -> !value.isEmpty());
  }

  private static String why(Exception e) {
    return switch (e) {
      case NoSuchFileException missing -> "is not there";
      case AccessDeniedException denied -> "cannot be read (access denied)";
      default -> String.valueOf(e.getMessage());
    };
  }
}
