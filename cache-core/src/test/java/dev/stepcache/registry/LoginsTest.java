package dev.stepcache.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.stepcache.credentials.Login;
import dev.stepcache.oci.Digest;
import dev.stepcache.oci.MediaType;
import dev.stepcache.store.LoginCheck;
import dev.stepcache.store.StoreException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Passwords, challenges and tokens. */
class LoginsTest extends RegistryCase {
  @Test
  void sendsAUserAndPasswordStraight() throws IOException {
    registry.login().basic("alice", "wonder:land");
    addManifest();
    try (RegistryStore store = store(ALICE, false)) {
      assertThat(store.manifest(TAG)).isPresent();
    }
    assertThat(registry.seen()).hasSize(1);
  }

  @Test
  void saysWhoWasRefused() {
    registry.login().basic("alice", "other");
    try (RegistryStore store = store(ALICE, false)) {
      assertThatThrownBy(() -> store.manifest(TAG))
          .isInstanceOf(StoreException.Unauthorized.class)
          .hasMessageContaining("user 'alice'")
          .hasMessageNotContaining("wonder");
    }
    assertThat(registry.seen()).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"access denied", "failed to decode credentials"})
  void takesOpenShiftsOddChallengeAsADenial(String error) {
    registry.always(
        "GET",
        "/manifests/",
        Fault.status(
            401, "{}", "WWW-Authenticate", "Basic realm=openshift,error=\"" + error + "\""));
    try (RegistryStore store = store(ALICE, false);
        RegistryStore anonymous = store()) {
      assertThatThrownBy(() -> store.manifest(TAG)).isInstanceOf(StoreException.Unauthorized.class);
      assertThatThrownBy(() -> anonymous.manifest(TAG))
          .isInstanceOf(StoreException.Unauthorized.class);
    }
    assertThat(registry.seen()).hasSize(2);
  }

  @Test
  void changesALoginForATokenAndKeepsIt() throws IOException {
    registry.login().bearer("alice", "wonder:land");
    addManifest();
    try (RegistryStore store = store(ALICE, false)) {
      assertThat(store.manifest(TAG)).isPresent();
      assertThat(store.manifest(TAG)).isPresent();
      upload(store, random(10));
    }
    assertThat(registry.seen("GET", "/token"))
        .extracting(FakeRegistry.Seen::path)
        .containsExactly(
            "/token?service=fake%2C+registry&scope=repository%3Aci%2Fcache%3Apull",
            "/token?service=fake%2C+registry&scope=repository%3Aci%2Fcache%3Apull%2Cpush");
  }

  @Test
  void asksForAChallengeWhereAPasswordUnaskedForIsForbidden() throws IOException {
    registry.login().bearer("alice", "wonder:land");
    addManifest();
    registry.fault("GET", "/manifests/", Fault.status(403));
    try (RegistryStore store = store(ALICE, false)) {
      assertThat(store.manifest(TAG)).isPresent();
    }
  }

  @Test
  void takesA403AtTheLastRequestAsADenial() throws IOException {
    registry.login().basic("alice", "wonder:land");
    registry.always("PUT", "/manifests/", Fault.status(403));
    try (RegistryStore store = store(ALICE, false)) {
      assertThat(store.manifest(TAG)).isEmpty();
      assertThatThrownBy(() -> store.put(TAG, MediaType.OCI_MANIFEST, MANIFEST))
          .isInstanceOf(StoreException.Unauthorized.class)
          .hasMessageContaining("403");
    }
    assertThat(registry.seen()).hasSize(2);
  }

  @Test
  void changesAnIdentityTokenForABearerToken() throws IOException {
    registry.login().bearer("alice", "wonder:land");
    addManifest();
    try (RegistryStore store = store(new Login.IdentityToken("refresh-me"), false)) {
      assertThat(store.manifest(TAG)).isPresent();
    }
    assertThat(registry.seen("POST", "/token")).hasSize(1);
  }

  @Test
  void renewsATokenThatExpiresInMidRun() throws IOException {
    registry.login().bearer("alice", "wonder:land");
    registry.login().usesOfEachToken(1);
    addManifest();
    byte[] content = random(1000);
    try (RegistryStore store = store(ALICE, false)) {
      assertThat(store.manifest(TAG)).isPresent();
      upload(store, content);
      store.put(TAG, MediaType.OCI_MANIFEST, MANIFEST);
      assertThat(store.manifest(TAG)).isPresent();
    }
    assertThat(registry.blobs).containsKey(Digest.of(content).toString());
  }

  @Test
  void sharesNoTokenThatIsGoodForOneUse() throws Exception {
    registry.login().bearer("alice", "wonder:land");
    registry.login().usesOfEachToken(1);
    addManifest();
    List<Future<Boolean>> found = new ArrayList<>();
    try (RegistryStore store = store(ALICE, false);
        ExecutorService threads = Executors.newFixedThreadPool(4)) {
      for (int at = 0; at < 40; at++) {
        found.add(threads.submit(() -> store.manifest(TAG).isPresent()));
      }
      for (Future<Boolean> one : found) {
        assertThat(one.get()).isTrue();
      }
    }
  }

  @Test
  void neverLoopsWhereNoTokenIsEverGoodEnough() {
    registry.login().bearer("alice", "wonder:land");
    registry.login().usesOfEachToken(0);
    try (RegistryStore store = store(ALICE, false)) {
      assertThatThrownBy(() -> store.manifest(TAG)).isInstanceOf(StoreException.Unauthorized.class);
    }
    assertThat(registry.seen()).hasSize(3);
  }

  /** Of a registry with passwords, of one with tokens, and of OpenShift, which has both. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void tellsALoginThatIsWrongFromOneWithoutTheRight(boolean tokens) throws IOException {
    registry.always("GET", "/manifests/", Fault.status(403));
    if (tokens) {
      registry.login().bearer("alice", "wonder:land");
    } else {
      registry.login().basic("alice", "wonder:land");
    }
    try (RegistryStore right = store(ALICE, false);
        RegistryStore wrong = store(new Login.Basic("alice", "other"), false);
        RegistryStore nobody = store()) {
      for (RegistryStore store : List.of(right, wrong)) {
        assertThatThrownBy(() -> store.manifest(TAG))
            .isInstanceOf(StoreException.Unauthorized.class);
      }
      registry.forgetSeen();
      assertThat(right.check()).isEqualTo(LoginCheck.Answer.ACCEPTED);
      assertThat(wrong.check()).isEqualTo(LoginCheck.Answer.REFUSED);
      assertThat(registry.seen()).hasSizeBetween(2, 6);
      registry.forgetSeen();
      assertThat(nobody.check()).isEqualTo(LoginCheck.Answer.NONE);
      assertThat(registry.seen()).isEmpty();
    }
  }

  @Test
  void saysNothingOfALoginWhereNobodyAnswers() throws IOException {
    registry.always("GET", "", Fault.reset());
    try (RegistryStore store = store(ALICE, false)) {
      assertThat(store.check()).isEqualTo(LoginCheck.Answer.UNKNOWN);
    }
    assertThat(registry.seen()).hasSize(1);
  }
}
