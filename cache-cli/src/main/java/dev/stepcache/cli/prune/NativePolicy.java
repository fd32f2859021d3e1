package dev.stepcache.cli.prune;

import dev.stepcache.oci.ImageReference;
import dev.stepcache.store.StoreReference;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a registry that deletes nothing for clients does by itself instead, ready to paste: its own
 * policy, as near to the rules as it knows any. Recognised by the host; where that tells nothing,
 * those of the registries that people run themselves.
 */
final class NativePolicy {
  private static final Pattern ECR =
      Pattern.compile("[0-9]+\\.dkr\\.ecr(?:-fips)?\\.([a-z0-9-]+)\\.amazonaws\\.com.*");

  private static final Pattern ARTIFACT_REGISTRY =
      Pattern.compile("([a-z0-9-]+)-docker\\.pkg\\.dev");
  private static final Pattern OPENSHIFT = Pattern.compile(".*openshift-image-registry.*");
  private static final int KEEP = 20;
  private static final long DAYS = 30;

  private final ImageReference image;
  private final int keep;
  private final long days;

  private NativePolicy(ImageReference image, PruneRules rules) {
    this.image = image;
    this.keep = rules.keepLast().orElse(KEEP);
    this.days = Math.max(1, rules.maxAge().map(Duration::toDays).orElse(DAYS));
  }

  /** Lines for people. */
  static List<String> of(StoreReference reference, PruneRules rules) {
    return switch (reference) {
      case StoreReference.InLayout _, StoreReference.InBucket _ -> List.of();
      case StoreReference.InRegistry(ImageReference image) ->
          new NativePolicy(image, rules).lines();
    };
  }

  private List<String> lines() {
    String host = image.registry().replaceFirst(":[0-9]+$", "").toLowerCase(Locale.ROOT);
    Matcher ecr = ECR.matcher(host);
    if (ecr.matches()) {
      return ecr(ecr.group(1));
    }
    Matcher google = ARTIFACT_REGISTRY.matcher(host);
    if (google.matches()) {
      return artifactRegistry(google.group(1));
    }
    if (OPENSHIFT.matcher(host).matches()) {
      return openShift();
    }
    if (host.equals("ghcr.io")) {
      return github();
    }
    if (host.equals("quay.io") || host.contains("quay")) {
      return quay();
    }
    if (host.contains("harbor")) {
      return harbor();
    }
    if (host.contains("zot")) {
      return zot();
    }
    if (host.equals("docker.io") || host.endsWith(".docker.io")) {
      return List.of(
          "Docker Hub deletes tags by its own page and API alone: hub.docker.com, Tags.");
    }
    return selfHosted();
  }

  private List<String> quay() {
    return List.of(
        "Quay's own policy does it (a token of an administrator of the repository; see"
            + " auto-pruning in its docs):",
        "  curl -X POST -H \"Authorization: Bearer $TOKEN\" -H 'Content-Type: application/json' \\",
        "    -d '{\"method\": \"creation_date\", \"value\": \"" + days + "d\"}' \\",
        "    https://"
            + image.registry()
            + "/api/v1/repository/"
            + image.repository()
            + "/autoprunepolicy/",
        "Or let each cache expire by itself: param EXPIRES_AFTER of cache-upload.");
  }

  private List<String> harbor() {
    String project = image.repository().replaceFirst("/.*", "");
    String name = image.repository().replaceFirst("^[^/]*/", "");
    return List.of(
        "Harbor's own policy does it: project " + project + ", Policy, Tag Retention; or its API:",
        "  curl -X POST -u USER -H 'Content-Type: application/json' https://"
            + image.registry()
            + "/api/v2.0/retentions -d '{\"algorithm\": \"or\",",
        "    \"scope\": {\"level\": \"project\", \"ref\": PROJECT_ID}, \"trigger\": {\"kind\":"
            + " \"Schedule\", \"settings\": {\"cron\": \"0 0 3 * * *\"}},",
        "    \"rules\": [{\"action\": \"retain\", \"template\": \"latestPushedK\", \"params\":"
            + " {\"latestPushedK\": "
            + keep
            + "},",
        "      \"tag_selectors\": [{\"kind\": \"doublestar\", \"decoration\": \"matches\","
            + " \"pattern\": \"**\"}],",
        "      \"scope_selectors\": {\"repository\": [{\"kind\": \"doublestar\", \"decoration\":"
            + " \"repoMatches\", \"pattern\": \""
            + name
            + "\"}]}}]}'",
        "A robot account needs the right to delete tags and artifacts for stepcache to do it.");
  }

  private List<String> github() {
    String name = image.repository().replaceFirst("^[^/]*/", "");
    return List.of(
        "GitHub deletes packages by its own API alone. A job of a workflow of the owner does it:",
        "  - uses: actions/delete-package-versions@v5",
        "    with:",
        "      package-name: " + name,
        "      package-type: container",
        "      min-versions-to-keep: " + keep);
  }

  private List<String> ecr(String region) {
    return List.of(
        "Amazon ECR's own policy does it:",
        "  aws ecr put-lifecycle-policy --region "
            + region
            + " --repository-name "
            + image.repository()
            + " \\",
        "    --lifecycle-policy-text '{\"rules\": [{\"rulePriority\": 1, \"selection\":"
            + " {\"tagStatus\": \"any\",",
        "    \"countType\": \"sinceImagePushed\", \"countUnit\": \"days\", \"countNumber\": "
            + days
            + "}, \"action\": {\"type\": \"expire\"}}]}'");
  }

  private List<String> artifactRegistry(String location) {
    String[] parts = image.repository().split("/", 3);
    String repository = parts.length > 1 ? parts[1] : "REPOSITORY";
    return List.of(
        "Artifact Registry's own policy does it, for all of a repository:",
        "  echo '[{\"name\": \"old\", \"action\": {\"type\": \"Delete\"}, \"condition\":"
            + " {\"tagState\": \"any\", \"olderThan\": \""
            + days
            + "d\"}},",
        "    {\"name\": \"newest\", \"action\": {\"type\": \"Keep\"}, \"mostRecentVersions\":"
            + " {\"keepCount\": "
            + keep
            + "}}]' >policy.json",
        "  gcloud artifacts repositories set-cleanup-policies "
            + repository
            + " --project="
            + parts[0]
            + " --location="
            + location
            + " --policy=policy.json");
  }

  private List<String> zot() {
    return List.of(
        "zot's own policy does it, in \"storage\" of its configuration. The second one keeps all"
            + " other repositories as they are:",
        "  \"retention\": {\"policies\": [",
        "    {\"repoNames\": [\""
            + image.repository()
            + "\"], \"deleteUntagged\": true, \"keepTags\": [{\"mostRecentlyPushedCount\": "
            + keep
            + "}]},",
        "    {\"repoNames\": [\"**\"], \"deleteUntagged\": false}]}");
  }

  private List<String> openShift() {
    String namespace = image.repository().replaceFirst("/.*", "");
    String name = image.repository().replaceFirst("^[^/]*/", "");
    return List.of(
        "OpenShift deletes tags by the cluster's API alone: run this in a pod, by the StepAction"
            + " cache-prune, or for each tag:",
        "  oc delete -n " + namespace + " imagestreamtag " + name + ":TAG");
  }

  private static List<String> selfHosted() {
    return List.of(
        "Its administrator may allow it, or set a policy of the registry's own:",
        "  distribution (registry:2, registry:3): REGISTRY_STORAGE_DELETE_ENABLED=true, and now and"
            + " then registry garbage-collect",
        "  Harbor: the right to delete for this account, or the project's Policy, Tag Retention",
        "  zot: \"delete\" in accessControl for this account, or \"retention\" in its storage",
        "  Quay: the right to write, or an auto-prune policy of the repository");
  }
}
