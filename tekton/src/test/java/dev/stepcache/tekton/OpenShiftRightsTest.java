package dev.stepcache.tekton;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stepcache.registry.FakeRegistry;
import dev.stepcache.registry.OpenShiftRegistry;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What an upload to OpenShift's registry says of rights, and when. */
class OpenShiftRightsTest {
  private static final String ACCOUNT = "system:serviceaccount:ci:pipeline";
  private static final String COMMAND =
      "oc policy add-role-to-user system:image-builder " + ACCOUNT + " -n ci";
  private static final String TOKEN =
      "e30."
          + Base64.getUrlEncoder()
              .withoutPadding()
              .encodeToString(("{\"sub\":\"" + ACCOUNT + "\"}").getBytes(StandardCharsets.UTF_8))
          + ".c2lnbmVk";

  @TempDir Path folder;
  private final OpenShiftRegistry registry = new OpenShiftRegistry();

  @BeforeEach
  void mountTheAccount() throws IOException {
    Path account =
        Files.createDirectories(folder.resolve("var/run/secrets/kubernetes.io/serviceaccount"));
    FakeRegistry.serviceAuthority(account);
    Files.writeString(account.resolve("token"), TOKEN);
    Files.writeString(Files.createDirectories(folder.resolve("cache")).resolve("file"), "content");
    registry.allow(TOKEN, "ci");
  }

  @AfterEach
  void close() {
    registry.close();
  }

  private OnePod.Ran upload() throws IOException {
    return upload("oci://" + registry.host() + "/ci/cache:v1");
  }

  private OnePod.Ran upload(String reference, String... params) throws IOException {
    OnePod pod =
        new OnePod(folder).patterns().param("CACHE_PATH", folder.resolve("cache").toString());
    for (int at = 0; at < params.length; at += 2) {
      pod.param(params[at], params[at + 1]);
    }
    return pod.upload(reference);
  }

  @Test
  void saysNothingOfRightsWhereTheImagestreamIsThere() throws IOException {
    registry.addStream("ci/cache");

    OnePod.Ran ran = upload();

    assertThat(ran.results()).as(ran.log()).containsEntry("uploaded", "true");
    assertThat(ran.log()).doesNotContain("imagestream", "oc ", "WARNING");
    assertThat(registry.openSessions()).isEmpty();
  }

  @Test
  void saysBeforeItPacksThatItCreatesTheImagestream() throws IOException {
    OnePod.Ran ran = upload();

    assertThat(ran.results()).as(ran.log()).containsEntry("uploaded", "true");
    assertThat(ran.log()).containsOnlyOnce(COMMAND).doesNotContain("WARNING");
    assertThat(ran.log())
        .containsSubsequence("the imagestream of oci://", " does not exist yet", COMMAND, "saving");
  }

  @Test
  void saysTheCommandBeforeItPacksWhereOnlyTheLastRequestIsRefused() throws IOException {
    registry.denyCreation();

    OnePod.Ran ran = upload();

    assertThat(ran.results()).as(ran.log()).containsEntry("reason", "unauthorized");
    assertThat(ran.log()).containsSubsequence(COMMAND, "saving", "WARNING: unauthorized", COMMAND);
    assertThat(ran.exitCode()).isZero();
  }

  @Test
  void packsNothingWhereTheAccountMayOnlyPull() throws IOException {
    registry.addStream("ci/cache");
    registry.denyPushes();

    OnePod.Ran ran = upload();

    assertThat(ran.results()).as(ran.log()).containsEntry("reason", "unauthorized");
    assertThat(ran.log()).containsOnlyOnce(COMMAND).doesNotContain("saving");
    assertThat(registry.registry().seen("PUT", "")).isEmpty();
    assertThat(ran.exitCode()).isZero();
  }

  @Test
  void packsNothingToReplaceACacheWhereTheAccountMayOnlyPull() throws IOException {
    registry.addStream("ci/cache");
    assertThat(upload().results()).containsEntry("uploaded", "true");
    int puts = registry.registry().seen("PUT", "").size();
    registry.denyPushes();
    Files.writeString(folder.resolve("cache/file"), "other content");

    OnePod.Ran ran = upload("oci://" + registry.host() + "/ci/cache:v1", "UPLOAD", "changed");

    assertThat(ran.results()).as(ran.log()).containsEntry("reason", "unauthorized");
    assertThat(ran.log()).containsOnlyOnce(COMMAND).doesNotContain("saving");
    assertThat(registry.registry().seen("PUT", "")).hasSize(puts);
    assertThat(ran.exitCode()).isZero();
  }

  @Test
  void asksForNoRightWhereNothingIsToBeSaved() throws IOException {
    registry.addStream("ci/cache");
    assertThat(upload().results()).containsEntry("uploaded", "true");
    registry.denyPushes();

    OnePod.Ran ran = upload("oci://" + registry.host() + "/ci/cache:v1", "UPLOAD", "changed");

    assertThat(ran.results()).as(ran.log()).containsEntry("reason", "unchanged");
    assertThat(ran.log()).doesNotContain("oc ");
  }

  @Test
  void asksNoOtherRegistryFirst() throws IOException {
    try (FakeRegistry other = FakeRegistry.tls()) {
      OnePod.Ran ran =
          upload(
              "oci://" + other.host() + "/ci/cache:v1",
              "CA",
              FakeRegistry.authority(folder).toString());

      assertThat(ran.results()).as(ran.log()).containsEntry("uploaded", "true");
      assertThat(other.seen("POST", "/uploads/")).hasSameSizeAs(other.digests());
      assertThat(other.seen("DELETE", "")).isEmpty();
    }
  }
}
