package dev.stepcache.cli.prune;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stepcache.store.StoreReference;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a registry does by itself that deletes nothing for clients. */
class NativePolicyTest {
  private static String policy(String reference) {
    PruneRules rules =
        new PruneRules(
            OptionalInt.of(7),
            Optional.of(Duration.ofDays(45)),
            OptionalLong.empty(),
            Optional.empty());
    return String.join("\n", NativePolicy.of(StoreReference.parse(reference), rules));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          oci://quay.io/team/go | https://quay.io/api/v1/repository/team/go/autoprunepolicy/ | "value": "45d"
          oci://ghcr.io/team/go | actions/delete-package-versions@ | min-versions-to-keep: 7
          oci://123456789012.dkr.ecr.eu-central-1.amazonaws.com/team/go | --region eu-central-1 --repository-name team/go | "countNumber": 45
          oci://europe-docker.pkg.dev/project/caches/go | set-cleanup-policies caches --project=project --location=europe | "keepCount": 7
          oci://harbor.example.com/team/go | https://harbor.example.com/api/v2.0/retentions | "latestPushedK": 7
          oci://zot.example.com:5000/team/go | "repoNames": ["team/go"] | "mostRecentlyPushedCount": 7
          oci://docker.io/team/go | hub.docker.com | Docker Hub
          oci://default-route-openshift-image-registry.apps.example.com/team/go | oc delete -n team imagestreamtag go:TAG | cache-prune
          oci://registry.example.com/team/go | REGISTRY_STORAGE_DELETE_ENABLED=true | Harbor
          """)
  void isReadyToPasteWithTheRulesThatWereGiven(String reference, String first, String second) {
    assertThat(policy(reference)).contains(first, second);
  }

  @Test
  void isNoneOfAFolder() {
    assertThat(policy("file:///caches")).isEmpty();
  }
}
