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
import dev.stepcache.store.Lookup;
import dev.stepcache.store.StoreException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tags of OpenShift's registry, which the cluster's API deletes. */
class ImageStreamTagsTest {
  private static final String TOKEN = "the-accounts-token";
  private static final Tag TAG = new Tag("old");
  private static final byte[] MANIFEST =
      "{\"schemaVersion\":2,\"layers\":[]}".getBytes(StandardCharsets.UTF_8);
  private static final Digest IMAGE = Digest.of(MANIFEST);

  @TempDir Path folder;
  private final OpenShiftRegistry registry = new OpenShiftRegistry();
  private final ClusterApi api = new ClusterApi(registry, TOKEN);
  private OpenShiftStore store;

  @BeforeEach
  void open() throws IOException {
    registry.allow(TOKEN, "ci");
    registry.addStream("ci/cache");
    registry
        .registry()
        .addManifest("ci/cache", TAG.value(), MediaType.OCI_MANIFEST.value(), MANIFEST);
    store = store(api.account(folder));
  }

  private OpenShiftStore store(ClusterAccount account) {
    return new OpenShiftStore(
        new RegistryStore(
            new RegistrySettings(
                ImageReference.parse(registry.host() + "/ci/cache"),
                new Login.RegistryToken(TOKEN),
                new Trust(
                    Optional.of(FakeRegistry.serviceAuthority(folder)),
                    List.of(),
                    Optional.empty()),
                false,
                Proxies.NONE,
                retry -> {})),
        "oc policy for saving",
        account);
  }

  @AfterEach
  void close() {
    store.close();
    api.close();
    registry.close();
  }

  private DeletionOutcome delete() throws IOException {
    return store.offers(Deleter.class).orElseThrow().deleteTag(TAG, IMAGE);
  }

  @Test
  void asksTheClustersApiWithThePodsTokenAndTheRegistryForNothing() throws IOException {
    assertThat(delete()).isEqualTo(new DeletionOutcome.Done());

    assertThat(store.lookUp(TAG)).isInstanceOf(Lookup.Absent.class);
    assertThat(registry.registry().seen("DELETE", "")).isEmpty();
  }

  @Test
  void namesTheCommandThatGivesTheRightToDelete() throws IOException {
    api.denyDeletes();

    assertThat(delete())
        .isInstanceOfSatisfying(
            DeletionOutcome.Refused.class,
            refused ->
                assertThat(refused.message())
                    .contains("answered 403", "cannot delete resource", "oc policy for deleting")
                    .doesNotContain(TOKEN));
    assertThat(store.lookUp(TAG).found()).isPresent();
  }

  @Test
  void refusesWithATokenThatNobodyKnows() throws IOException {
    Files.writeString(api.account(folder).token(), "another");

    assertThat(delete())
        .isInstanceOfSatisfying(
            DeletionOutcome.Refused.class,
            refused -> assertThat(refused.message()).contains("answered 401"));
  }

  @Test
  void saysThatAPodsTokenIsNeededWhereThereIsNone() throws IOException {
    Files.delete(api.account(folder).token());

    assertThat(delete())
        .isInstanceOfSatisfying(
            DeletionOutcome.Refused.class,
            refused -> assertThat(refused.message()).contains("no service account's token"));
  }

  @Test
  void triesAgainWhereTheServerIsBusy() throws IOException {
    api.fault(Fault.status(429, "{}", "Retry-After", "0"), Fault.reset());

    assertThat(delete()).isEqualTo(new DeletionOutcome.Done());
  }

  @Test
  void givesNoTokenToAServerThatTheClustersAuthorityDoesNotVouchFor() throws IOException {
    ClusterAccount account = api.account(folder);
    Files.copy(
        FakeRegistry.authority(folder), account.authority(), StandardCopyOption.REPLACE_EXISTING);
    store.close();
    store = store(account);

    assertThatThrownBy(this::delete).isInstanceOf(StoreException.Untrusted.class);
    assertThat(store(api.account(folder)).lookUp(TAG).found()).isPresent();
  }
}
