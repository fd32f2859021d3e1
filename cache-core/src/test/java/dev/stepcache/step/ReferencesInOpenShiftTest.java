package dev.stepcache.step;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.stepcache.connect.Connection;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A reference that OpenShift's registry cannot have is a mistake, told before any request. */
class ReferencesInOpenShiftTest {
  private static final Parameter SOURCE = Parameter.text("SOURCE");
  private static final Parameter SOURCES = Parameter.list("SOURCES");
  private static final String HOST = "image-registry.openshift-image-registry.svc:5000";

  @TempDir Path folder;

  private StepOptions options(String reference, String... params) {
    Map<String, String> all = new HashMap<>();
    all.put("PARAM_SOURCE", reference);
    all.put("PARAM_CACHE_PATH", folder.resolve("cache").toString());
    for (int at = 0; at < params.length; at += 2) {
      all.put("PARAM_" + params[at], params[at + 1]);
    }
    List<Parameter> declared = new ArrayList<>(StepOptions.PARAMETERS);
    declared.add(SOURCE);
    declared.add(SOURCES);
    return StepOptions.read(Parameters.read(declared, all, List.of()), SOURCE, SOURCES);
  }

  @ParameterizedTest
  @ValueSource(strings = {"cache", "ci/team/cache", "ci/a__b"})
  void isRefused(String name) {
    assertThatThrownBy(() -> options("oci://" + HOST + "/" + name + ":v1"))
        .isInstanceOf(UsageException.class)
        .hasMessageStartingWith("SOURCE: ");
    assertThat(options("oci://r.example/" + name + ":v1").openShift()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"cache", "ci/team/cache", "ci/a__b"})
  void isRefusedAmongTheFallbackKeysToo(String name) {
    String own = "oci://" + HOST + "/ci/cache:v1";
    String entry = "oci://" + HOST + "/" + name + ":main";
    Parameters fallbacks =
        Parameters.read(
            List.of(FallbackKeys.FALLBACK_KEYS), Map.of(), List.of("--@FALLBACK_KEYS", entry));

    assertThatThrownBy(() -> FallbackKeys.read(fallbacks, options(own)))
        .isInstanceOf(UsageException.class)
        .hasMessageStartingWith("FALLBACK_KEYS: '" + entry + "': OpenShift's registry");
    assertThat(FallbackKeys.read(fallbacks, options(own, "OPENSHIFT", "off")).others()).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"auto", "off"})
  void usesWhatThePodHasOnlyWhereItIsAskedTo(String mode) {
    Connection connection =
        options("oci://" + HOST + "/ci/cache:v1", "OPENSHIFT", mode, "INSECURE", "true")
            .connection(Map.of("HOME", "/home"), new Pod(folder));

    assertThat(connection.openShift().isPresent()).isEqualTo(mode.equals("auto"));
    assertThat(connection.insecure()).isTrue();
    assertThat(connection.environment()).containsEntry("HOME", "/home");
    connection
        .openShift()
        .ifPresent(files ->
            assertThat(files.serviceAccountToken())
                .isEqualTo(new Pod(folder).serviceAccountToken()));
  }
}
