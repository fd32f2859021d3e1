package dev.stepcache.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.stepcache.credentials.Login;
import dev.stepcache.http.Proxies;
import dev.stepcache.http.Trust;
import dev.stepcache.oci.Digest;
import dev.stepcache.oci.ImageReference;
import dev.stepcache.oci.MediaType;
import dev.stepcache.oci.Tag;
import dev.stepcache.store.Deleter;
import dev.stepcache.store.DeletionOutcome;
import dev.stepcache.store.StoreException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How registries say that they delete, that they do not, and that this account may not. */
class DeletionsTest {
  private static final Tag TAG = new Tag("old");
  private static final byte[] MANIFEST =
      "{\"schemaVersion\":2,\"layers\":[]}".getBytes(StandardCharsets.UTF_8);
  private static final Digest IMAGE = Digest.of(MANIFEST);

  private final FakeRegistry registry = FakeRegistry.plain();
  private RegistryStore store;

  @BeforeEach
  void open() {
    registry.addManifest("ci/cache", TAG.value(), MediaType.OCI_MANIFEST.value(), MANIFEST);
    store = store(new Login.Anonymous());
  }

  private RegistryStore store(Login login) {
    return new RegistryStore(
        new RegistrySettings(
            ImageReference.parse(registry.host() + "/ci/cache"),
            login,
            Trust.JDK_ROOTS,
            true,
            Proxies.NONE,
            RegistryCase.LIMITS,
            RegistryCase.POLICY,
            retry -> {}));
  }

  @AfterEach
  void close() {
    store.close();
    registry.close();
  }

  private Deleter deleter() {
    return store.offers(Deleter.class).orElseThrow();
  }

  @ParameterizedTest
  @ValueSource(ints = {400, 405, 501})
  void saysThatARegistryDeletesInNoSuchWay(int status) throws IOException {
    registry.always("DELETE", "/manifests/", Fault.status(status));

    assertThat(deleter().deleteTag(TAG, IMAGE))
        .isInstanceOfSatisfying(
            DeletionOutcome.Unsupported.class,
            answer ->
                assertThat(answer.message())
                    .startsWith("delete oci://")
                    .contains("answered " + status)
                    .doesNotContain("upload"));
    assertThat(deleter().deleteImage(IMAGE)).isInstanceOf(DeletionOutcome.Unsupported.class);
  }

  @ParameterizedTest
  @ValueSource(ints = {401, 403})
  void saysThatThisAccountMayNotDelete(int status) throws IOException {
    registry.always("DELETE", "/manifests/", Fault.status(status));

    assertThat(deleter().deleteTag(TAG, IMAGE))
        .isInstanceOfSatisfying(
            DeletionOutcome.Refused.class,
            answer -> assertThat(answer.message()).contains("answered " + status, "asked as"));
    assertThat(deleter().deleteImage(IMAGE)).isInstanceOf(DeletionOutcome.Refused.class);
  }

  @ParameterizedTest
  @ValueSource(ints = {202, 404})
  void believesNoAnswerWithoutEffect(int status) throws IOException {
    registry.always("DELETE", "/manifests/" + TAG, Fault.status(status));

    assertThat(deleter().deleteTag(TAG, IMAGE)).isInstanceOf(DeletionOutcome.Unsupported.class);
  }

  @Test
  void takesATagForDeletedWhoseAnswerWasLost() throws IOException {
    registry.fault(
        "DELETE",
        "/manifests/",
        (exchange, damage) -> {
          registry.forget("ci/cache", TAG.value());
          return Fault.reset().strike(exchange, damage);
        });

    assertThat(deleter().deleteTag(TAG, IMAGE)).isEqualTo(new DeletionOutcome.Done());
  }

  @Test
  void throwsWhereTheRegistryHasTrouble() {
    registry.always("DELETE", "/manifests/", Fault.status(503));

    assertThatThrownBy(() -> deleter().deleteTag(TAG, IMAGE))
        .isInstanceOf(StoreException.Unreachable.class);
  }

  @Test
  void throwsWhereARuleOfTheRegistryKeepsTheTag() {
    registry.always("DELETE", "/manifests/", Fault.status(412, "immutable"));

    assertThatThrownBy(() -> deleter().deleteTag(TAG, IMAGE))
        .isInstanceOf(StoreException.Rejected.class)
        .hasMessageContaining("immutable");
  }

  @Test
  void asksTheTokenServiceForTheRightToDelete() throws IOException {
    registry.login().bearer("alice", "secret");
    store.close();
    store = store(new Login.Basic("alice", "secret"));

    assertThat(deleter().deleteTag(TAG, IMAGE)).isEqualTo(new DeletionOutcome.Done());

    assertThat(registry.seen("GET", "token")).last().asString().contains("delete");
  }
}
