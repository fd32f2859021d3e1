package dev.stepcache.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stepcache.registry.FakeRegistry;
import dev.stepcache.registry.Fault;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What keeps a command from its end is one line with the cure, and an exit code. */
class TroubleTest extends CliCase {
  private void assertOneLine(Ran ran, int code, String... parts) {
    assertThat(ran.err()).startsWith("stepcache: ").contains(parts).hasLineCount(1);
    assertThat(ran.out()).isEmpty();
    assertThat(ran.code()).isEqualTo(code);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "nothing",
        "list",
        "list registry.example.com/team/cache",
        "list oci://registry.example.com/team/cache:tag",
        "list file:///caches:tag",
        "list --sort colour file:///caches",
        "list --output yaml file:///caches",
        "list --openshift perhaps file:///caches",
        "list --colour file:///caches",
        "show",
        "show s3://bucket",
        "show s3://bucket/a/../b:tag",
        "list s3://bucket/cache:tag",
        "list --blob-query-params region s3://bucket/cache",
        "show oci://registry.example.com/Team/cache:tag",
        "verify file:///caches:a file:///caches:b",
        "prune",
        "prune --max-age 30d file:///caches:a",
        "prune --max-age 30 file:///caches",
        "prune --max-age thirty file:///caches",
        "prune --max-total-size 20Zi file:///caches",
        "prune --max-total-size 99999999999999T file:///caches",
        "prune --keep-last 0 file:///caches",
        "prune --keep-last many file:///caches",
        "prune --living-scopes /nowhere/at/all file:///caches",
        "prune --results copied=/x --max-age 1d file:///caches",
        "copy file:///caches",
        "verify oci://registry.example.com/team/cache@sha256:12"
      })
  void wrongUsageIsToldBeforeAnythingIsAsked(String arguments) {
    String[] words = arguments.isEmpty() ? new String[0] : arguments.split(" ");

    assertOneLine(run(words), 2, "--help");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "list --blob-query-params regoin=x s3://bucket/cache",
        "show --blob-query-params regoin=x gs://bucket/cache:tag",
        "diff --blob-query-params regoin=x file:///a:b azblob://container/cache:tag",
        "copy --sync --blob-query-params regoin=x file:///a s3://bucket/cache",
      })
  void aParameterThatNoBucketKnowsIsWrongUsage(String arguments) {
    assertOneLine(run(arguments.split(" ")), 2, "--blob-query-params", "'regoin'");
  }

  @Test
  @Tag("slow")
  void namesTheCureWhereNobodyAnswers() throws Exception {
    String host;
    try (FakeRegistry registry = FakeRegistry.plain()) {
      host = registry.host();
    }

    assertOneLine(
        runInsecurely("list", "oci://" + host + "/team/cache"),
        3,
        "list the tags of oci://" + host + "/team/cache: ",
        "can this machine reach it?");
  }

  @Test
  @Tag("slow")
  void namesTheCureWhereTheHostIsUnknown() {
    assertOneLine(run("list", "oci://nowhere.invalid/team/cache"), 3, "nowhere.invalid");
  }

  @Test
  void namesTheCureWhereTheCertificateIsNotBelieved() {
    try (FakeRegistry registry = FakeRegistry.tls()) {
      String repository = "oci://" + registry.host() + "/team/cache";

      assertOneLine(run("verify", repository), 3, "--ca", "--insecure");
      assertThat(run("list", "--ca", FakeRegistry.authority(folder).toString(), repository).err())
          .contains("nothing is there");
    }
  }

  @Test
  void namesTheCureWhereTheLoginIsMissing() {
    try (FakeRegistry registry = FakeRegistry.plain()) {
      registry.always("GET", "/tags/list", Fault.status(401));

      assertOneLine(
          runInsecurely("list", "oci://" + registry.host() + "/team/cache"),
          3,
          "answered 401",
          "docker login",
          "--docker-config");
    }
  }

  @Test
  void namesADockerConfigThatIsNotThere() {
    assertOneLine(
        run("show", "--docker-config", folder + "/none", "oci://registry.example.com/a:b"),
        3,
        "--docker-config");
  }

  @Test
  void comesBackWhenTheRegistryAsksForThat() throws Exception {
    try (FakeRegistry registry = FakeRegistry.plain()) {
      String repository = "oci://" + registry.host() + "/team/cache";
      saveTwo(repository);
      Fault later = Fault.status(429, "", "Retry-After", "0");
      registry.fault("GET", "/manifests/", later, later);
      registry.fault("GET", "/blobs/", later);

      Ran ran = runInsecurely("list", repository);

      assertThat(ran.code()).as(ran.err()).isZero();
      assertThat(ran.out()).contains("2 caches in 3 tags");
    }
  }

  @Test
  void forgesNoLineWithWhatARegistrySays() {
    try (FakeRegistry registry = FakeRegistry.plain()) {
      registry.always("GET", "/tags/list", Fault.status(400, "one\ntwo\u001b[31m"));

      assertOneLine(runInsecurely("list", "oci://" + registry.host() + "/team/cache"), 3, "one");
    }
  }

  @Test
  void eachHelpTeachesWithAnExampleAndFitsATerminal() {
    for (List<String> command :
        List.of(
            List.of("--help"),
            List.of("list", "--help"),
            List.of("show", "--help"),
            List.of("diff", "--help"),
            List.of("explain", "-h"),
            List.of("fetch", "--help"),
            List.of("upload", "--help"),
            List.of("report", "--help"),
            List.of("completion", "--help"),
            List.of("verify", "-h"),
            List.of("prune", "--help"),
            List.of("copy", "--help"))) {
      Ran ran = run(command.toArray(String[]::new));

      assertThat(ran.code()).isZero();
      assertThat(ran.out()).contains("Example: ", "Usage: stepcache");
      assertThat(ran.out()).containsPattern("(?m)^  .*\\bstepcache ");
      assertThat(lines(ran.out())).allMatch(line -> line.length() <= 100);
    }
  }
}
