package dev.stepcache.tekton;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RollingTagInAFolderTest extends RollingTagContract {
  @Override
  String store() {
    return "file://" + folder.resolve("store");
  }

  @Override
  Map<String, String> params() {
    return Map.of();
  }

  @Test
  void isMovedInEachOfSeveralStoresAsFarAsThatHasTheCache() throws IOException {
    String near = "file://" + folder.resolve("near");
    OnePod.Ran first = run("main", "", "first");
    changeTheKey("y");
    OnePod pod = pod().param("ROLLING_TAG", "main");
    build("second");

    OnePod.Ran second = pod.list("TARGETS", near + ":{{hash}}", store() + ":{{hash}}").upload("");

    for (String each : new String[] {near, store()}) {
      assertThat(pod().param("LOOKUP_ONLY", "true").fetch(each + ":main").results().get("digest"))
          .isEqualTo(second.results().get("digest"))
          .isNotEqualTo(first.results().get("digest"));
    }
  }

  @Test
  void isWrongWhereItWouldNotBeOneTagForAllKeys() throws IOException {
    OnePod pod = pod().param("ROLLING_TAG", "main");
    build("file");

    OnePod.Ran none = pod.upload(store() + ":fixed");
    OnePod.Ran folders = pod.upload("file://" + folder.resolve("{{hash}}") + ":tag");

    for (OnePod.Ran ran : new OnePod.Ran[] {none, folders}) {
      assertThat(ran.exitCode()).isEqualTo(2);
      assertThat(ran.log()).contains("ERROR: ROLLING_TAG: TARGET has no {{hash}} in its tag");
    }
  }
}
