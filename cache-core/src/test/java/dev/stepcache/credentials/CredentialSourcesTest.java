package dev.stepcache.credentials;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.stepcache.store.StoreException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CredentialSourcesTest {
  private static final String HOST = "registry.example:5000";

  @TempDir Path folder;
  private final List<String> notices = new ArrayList<>();

  private static String auths(String key, String user) {
    return "{\"auths\":" + logins(key, user) + "}";
  }

  private static String logins(String key, String user) {
    return "{\"" + key + "\":{\"auth\":\"" + base64(user + ":pa:ss") + "\"}}";
  }

  private static String base64(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }

  private Path write(String name, String content) throws IOException {
    Path file = folder.resolve(name);
    Files.createDirectories(file.getParent());
    return Files.writeString(file, content);
  }

  private Login named(Path place) throws IOException {
    return sources(Optional.of(place), Map.of()).login(HOST, "ci/cache");
  }

  private Login config(String content) throws IOException {
    return named(write("named.json", content));
  }

  private CredentialSources sources(Optional<Path> named, Map<String, String> environment) {
    return new CredentialSources(named, environment, folder.resolve("tekton.json"), notices::add);
  }

  @Test
  void isAnonymousWhereNothingIs() throws IOException {
    assertThat(sources(Optional.empty(), Map.of()).login(HOST, "ci/cache"))
        .isEqualTo(new Login.Anonymous());
    assertThat(notices).isEmpty();
  }

  @Test
  void takesTheFirstPlaceWithALogin() throws IOException {
    Path dockerConfig = write("a/config.json", auths(HOST, "a"));
    Path authFile = write("b.json", auths(HOST, "b"));
    Path home = write("c/.docker/config.json", auths(HOST, "c"));
    Path tekton = write("tekton.json", auths(HOST, "d"));
    write("e/containers/auth.json", auths(HOST, "e"));
    Map<String, String> environment =
        Map.of(
            "DOCKER_CONFIG", folder.resolve("a").toString(),
            "REGISTRY_AUTH_FILE", authFile.toString(),
            "HOME", folder.resolve("c").toString(),
            "XDG_RUNTIME_DIR", folder.resolve("e").toString());

    List<String> users = new ArrayList<>();
    for (Path next : List.of(dockerConfig, authFile, home, tekton, folder)) {
      Login login = sources(Optional.empty(), environment).login(HOST, "ci/cache");
      users.add(((Login.Basic) login).user());
      if (!next.equals(folder)) {
        Files.delete(next);
      }
    }
    assertThat(users).containsExactly("a", "b", "c", "d", "e");
  }

  @Test
  void goesOnWhereAPlaceHasNoLoginForTheRegistry() throws IOException {
    write("a/config.json", auths("other.example", "a"));
    write("tekton.json", auths(HOST, "d"));
    Map<String, String> environment = Map.of("DOCKER_CONFIG", folder.resolve("a").toString());

    assertThat(sources(Optional.empty(), environment).login(HOST, "ci/cache"))
        .isEqualTo(new Login.Basic("d", "pa:ss"));
  }

  @Test
  void passesOverABrokenPlaceWithANotice() throws IOException {
    write("a/config.json", "{\"auths\": s3cret");
    write("tekton.json", auths(HOST, "d"));
    Map<String, String> environment = Map.of("DOCKER_CONFIG", folder.resolve("a").toString());

    assertThat(sources(Optional.empty(), environment).login(HOST, "ci/cache"))
        .isEqualTo(new Login.Basic("d", "pa:ss"));
    assertThat(notices)
        .singleElement()
        .asString()
        .contains("is passed over: is no JSON object")
        .doesNotContain("s3cret");
  }

  @Test
  void triesNothingElseWhereAParamNamesAPlace() throws IOException {
    write("tekton.json", auths(HOST, "d"));

    assertThatThrownBy(() -> named(folder.resolve("absent")))
        .isInstanceOf(StoreException.MissingCredentials.class)
        .hasMessageContaining("absent is not there");
    assertThatThrownBy(() -> named(Files.createDirectory(folder.resolve("empty"))))
        .isInstanceOf(StoreException.MissingCredentials.class);
    assertThatThrownBy(() -> config("{\"auths\": s3cret"))
        .isInstanceOf(StoreException.MissingCredentials.class)
        .hasMessageNotContaining("s3cret");
    assertThat(config(auths("other.example", "a"))).isEqualTo(new Login.Anonymous());
  }

  @Test
  void saysThatANamedFolderHasNoConfig() throws IOException {
    Path named = Files.createDirectory(folder.resolve("named"));

    for (int time = 0; time < 2; time++) {
      assertThatThrownBy(() -> named(named))
          .isInstanceOf(StoreException.MissingCredentials.class)
          .hasMessageContaining(named + " is a folder without a file config.json");
      // Such as a mount whose file was not there when it was mounted.
      Files.createDirectories(named.resolve("config.json"));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"config.json", ".dockerconfigjson", ".dockercfg"})
  void readsAFolderWithAnyOfTheNames(String name) throws IOException {
    String content = name.equals(".dockercfg") ? logins(HOST, "u") : auths(HOST, "u");
    write("folder/" + name, content);

    assertThat(named(folder.resolve("folder"))).isEqualTo(new Login.Basic("u", "pa:ss"));
  }

  @ParameterizedTest
  @CsvSource({
    "registry.example:5000, true",
    "https://registry.example:5000, true",
    "http://registry.example:5000/v2/, true",
    "https://REGISTRY.example:5000/v1/, true",
    "registry.example:5000/ci, true",
    "registry.example:5000/ci/cache, true",
    "registry.example:5000/ci/cac, false",
    "registry.example:5000/other, false",
    "registry.example, false",
    "registry.example:5001, false",
    "example:5000, false",
    "registry.example:5000.evil, false"
  })
  void matchesWholeHostsAndWholeComponents(String key, boolean matches) throws IOException {
    assertThat(config(auths(key, "u")) instanceof Login.Basic).isEqualTo(matches);
  }

  @Test
  void prefersTheLongestPrefix() throws IOException {
    String entry = "\":{\"username\":\"%s\",\"password\":\"p\"}";
    String content =
        "{\"auths\":{\""
            + (HOST + "/ci" + entry).formatted("ci")
            + ",\""
            + (HOST + "/ci/cache" + entry).formatted("cache")
            + ",\""
            + (HOST + entry).formatted("all")
            + "}}";

    assertThat(config(content)).isEqualTo(new Login.Basic("cache", "p"));
  }

  @Test
  void knowsDockerHubByItsOldUrl() throws IOException {
    Path file = write("hub.json", auths("https://index.docker.io/v1/", "u"));

    assertThat(sources(Optional.of(file), Map.of()).login("docker.io", "library/x"))
        .isInstanceOf(Login.Basic.class);
  }

  @Test
  void readsTokens() throws IOException {
    assertThat(config("{\"auths\":{\"" + HOST + "\":{\"auth\":\"eDp5\",\"identitytoken\":\"i\"}}}"))
        .isEqualTo(new Login.IdentityToken("i"));
    assertThat(config("{\"auths\":{\"" + HOST + "\":{\"registrytoken\":\"r\"}}}"))
        .isEqualTo(new Login.RegistryToken("r"));
    assertThat(config(auths(HOST, "<token>"))).isEqualTo(new Login.Basic("<token>", "pa:ss"));
  }

  @Test
  void tellsWhoeverIsRefusedOfAHelperThatIsNotHere() throws IOException {
    Login login = config("{\"auths\":{\"" + HOST + "\":{}},\"credsStore\":\"desktop\"}");
    assertThat(login).isInstanceOf(Login.Anonymous.class);
    assertThat(login.account())
        .startsWith("nobody (docker config ")
        .contains("docker-credential-desktop", "put the login itself into its auths");
    // It may do without: said only where somebody is refused.
    assertThat(notices).isEmpty();
  }

  @Test
  void showsNoSecret() {
    assertThat(
            List.of(
                    new Login.Basic("u", "s3cret"),
                    new Login.IdentityToken("s3cret"),
                    new Login.RegistryToken("s3cret"))
                .toString())
        .doesNotContain("s3cret");
  }
}
