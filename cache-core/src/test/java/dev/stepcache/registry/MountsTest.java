package dev.stepcache.registry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stepcache.credentials.Login;
import dev.stepcache.oci.Descriptor;
import dev.stepcache.store.StoreReference;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Blobs that are taken over from another repository, and registries that will not. */
class MountsTest extends RegistryCase {
  private static final Fault MOUNTED = Fault.status(201, "");

  private StoreReference main() {
    return StoreReference.parse("oci://" + registry.host() + "/ci/main:latest");
  }

  @Test
  void asksForTheBlobAndSendsNone() throws IOException {
    Descriptor blob = addBlob(1000);
    registry.fault("POST", "?mount=", MOUNTED);
    try (RegistryStore store = store()) {
      assertThat(store.mount(blob, main())).isTrue();
    }
    assertThat(registry.seen())
        .extracting(FakeRegistry.Seen::toString)
        .containsExactly(
            "POST /v2/ci/cache/blobs/uploads/?mount=" + blob.digest() + "&from=ci/main");
  }

  @Test
  void dropsTheSessionThatIsOpenedInstead() throws IOException {
    try (RegistryStore store = store()) {
      assertThat(store.mount(addBlob(1000), main())).isFalse();
    }
    assertThat(registry.seen("DELETE", "/v2/ci/cache/blobs/uploads/")).hasSize(1);
    assertThat(registry.openSessions()).isEmpty();
  }

  @Test
  void leavesASessionThatCannotBeDropped() throws IOException {
    registry.always("DELETE", "/uploads/", Fault.status(500));
    try (RegistryStore store = store()) {
      assertThat(store.mount(addBlob(1000), main())).isFalse();
    }
    assertThat(registry.seen("DELETE", "/uploads/")).hasSize(1);
    assertThat(retries).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(ints = {200, 400, 401, 403, 404, 405, 500})
  void doesWithoutWhateverTheRegistryAnswers(int status) throws IOException {
    registry.always("POST", "?mount=", Fault.status(status));
    try (RegistryStore store = store()) {
      assertThat(store.mount(addBlob(1000), main())).isFalse();
    }
    assertThat(registry.seen("POST", "?mount=")).hasSize(1);
    assertThat(retries).isEmpty();
  }

  @Test
  void asksARepositoryThatGivesNothingOnlyOnce() throws IOException {
    try (RegistryStore store = store()) {
      assertThat(store.mount(addBlob(1000), main())).isFalse();
      assertThat(store.mount(addBlob(1001), main())).isFalse();
    }
    assertThat(registry.seen("POST", "?mount=")).hasSize(1);
  }

  @Test
  void goesOnAskingARepositoryThatLacksOneOfMany() throws IOException {
    registry.fault("POST", "?mount=", MOUNTED, Fault.none(), MOUNTED);
    try (RegistryStore store = store()) {
      assertThat(store.mount(addBlob(1000), main())).isTrue();
      assertThat(store.mount(addBlob(1001), main())).isFalse();
      assertThat(store.mount(addBlob(1002), main())).isTrue();
    }
  }

  @Test
  void takesTheWordOfNoRegistryThatNamesAnotherBlob() throws IOException {
    String other = addBlob(999).digest().toString();
    registry.fault("POST", "?mount=", Fault.status(201, "", "Docker-Content-Digest", other));
    try (RegistryStore store = store()) {
      assertThat(store.mount(addBlob(1000), main())).isFalse();
    }
  }

  @Test
  void asksNobodyForBlobsOfAnotherRegistryOrAFolder() throws IOException {
    try (RegistryStore store = store()) {
      Descriptor blob = addBlob(1000);
      assertThat(store.mount(blob, StoreReference.parse("oci://elsewhere.example/ci/main:t")))
          .isFalse();
      assertThat(store.mount(blob, StoreReference.parse("file:///folder:t"))).isFalse();
    }
    assertThat(registry.seen()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void wantsATokenThatIsGoodForBothRepositories(boolean refreshed) throws IOException {
    registry.login().bearer("alice", "wonder:land");
    registry.always("POST", "?mount=", (exchange, damage) -> false);
    Login login = refreshed ? new Login.IdentityToken("refresh-me") : ALICE;
    Descriptor blob = addBlob(1000);
    try (RegistryStore store = store(login, false)) {
      upload(store, random(2000));
      registry.forgetSeen();
      assertThat(store.mount(blob, main())).isFalse();
    }
    // The token to push with is not even tried: a registry might open a session for it.
    assertThat(registry.seen("POST", "?mount=").getFirst().header("Authorization")).isEmpty();
    assertThat(registry.seen(refreshed ? "POST" : "GET", "/token")).hasSize(1);
    if (!refreshed) {
      assertThat(registry.seen("GET", "/token").getFirst().path())
          .endsWith(
              "&scope=repository%3Aci%2Fcache%3Apull%2Cpush&scope=repository%3Aci%2Fmain%3Apull");
    }
  }
}
