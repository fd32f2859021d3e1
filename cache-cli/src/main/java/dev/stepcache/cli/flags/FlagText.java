package dev.stepcache.cli.flags;

import java.util.Map;

/**
 * What {@code --help} says of a param's option.
 *
 * @param label what stands for its value
 */
record FlagText(String label, String description) {
  private static final Map<String, FlagText> TEXTS =
      Map.ofEntries(
          text(
              "SOURCE",
              "TEMPLATE",
              "Where caches lie: oci://host/repository:{{hash}}, s3://bucket/folder:{{hash}} (also gs://,"
                  + " azblob://) or file:///folder:{{hash}}. {{os}} and {{arch}} may stand in it"
                  + " too."),
          text("SOURCES", "TEMPLATE", "Several stores instead of --source, the nearest first."),
          text(
              "TARGET",
              "TEMPLATE",
              "Where to save: oci://host/repository:{{hash}}, s3://bucket/folder:{{hash}} (also gs://,"
                  + " azblob://) or file:///folder:{{hash}}."),
          text("TARGETS", "TEMPLATE", "Several stores instead of --target: all get the cache."),
          text("SCOPE", "NAME", "Keep this branch's, pull request's or workflow's caches apart."),
          text(
              "PATTERNS",
              "PATTERN",
              "The files that make the key, such as '**/go.sum'; several"
                  + " times for several, ! takes out. A --preset has its own."),
          text(
              "PRESET",
              "TOOL",
              "What is known of a build tool: go, maven, npm, ...; auto looks"
                  + " at the working directory."),
          text("CACHE_PATH", "FOLDER", "The folder that the build fills."),
          text("CACHE_PATHS", "NAME=FOLDER", "Several folders as one cache; once for each."),
          text(
              "WORKING_DIR",
              "FOLDER",
              "What patterns and paths are relative to; the current" + " folder if not given."),
          text(
              "KEY_EXTRA",
              "TEXT",
              "What else decides what the cache holds: a version, or"
                  + " @file for a file's content."),
          text("KEY_PLATFORM", "true|false", "Whether the platform is part of the key (true)."),
          text(
              "FALLBACK_KEYS",
              "TAG",
              "Where to look when nothing is under the key, such as"
                  + " latest; several times, in order."),
          text(
              "RESTORE_MODE",
              "shared|preserve",
              "Files that all users may change (shared), or" + " the modes that were saved."),
          text("MAX_SIZE", "SIZE", "The most that a cache may unpack to (64Gi)."),
          text("EXPECTED_DIGEST", "DIGEST", "Restore this image only."),
          text("LOOKUP_ONLY", "true|false", "Say what would be restored, and restore nothing."),
          text("MODE", "read|read-write", "read: nothing may be saved."),
          text("DRY_RUN", "true|false", "Say what would be done, and do nothing."),
          text(
              "UPLOAD",
              "miss|changed|always",
              "When to save although a cache was restored" + " (miss: never)."),
          text("FETCHED", "true|false", "What the fetch said, where no --record tells it."),
          text("KEY", "KEY", "The key that the fetch computed, where no --record tells it."),
          text("COMPRESSION", "usual|long|gzip", "How new layers are compressed."),
          text("INCLUDE_SECRETS", "true|false", "Save files with the names of credentials too."),
          text("SKIP_UNREADABLE", "true|false", "Leave out what cannot be read."),
          text("MAX_CACHE_SIZE", "SIZE", "The most bytes of files that are saved (10Gi)."),
          text("EXCLUDES", "PATTERN", "What is not saved, below the cache path."),
          text(
              "BLOB_QUERY_PARAMS",
              "QUERY",
              "How a bucket is reached, such as ?region=eu-west-1&endpoint=https://host."),
          text("AWS_CONFIG_FILE", "FILE", "Profiles, instead of ~/.aws/config."),
          text(
              "AWS_SHARED_CREDENTIALS_FILE", "FILE", "Credentials, instead of ~/.aws/credentials."),
          text(
              "GOOGLE_APPLICATION_CREDENTIALS",
              "FILE",
              "A Google account's key, or its federation."),
          text("EXPIRES_AFTER", "TIME", "When the cache may be deleted, such as 14d."),
          text(
              "ROLLING_TAG",
              "TAG",
              "A tag in the key's place, such as main, that names what was last saved or found."),
          text("PRUNE_UNUSED_AFTER", "TIME", "Leave out what no build used for so long."),
          text(
              "INSECURE",
              "true|false",
              "Allow plain http, and certificates that nobody" + " believes."),
          text("CA", "FILE", "Certificates (PEM) to trust besides the usual ones."),
          text(
              "DOCKER_CONFIG",
              "PATH",
              "The config.json with the login, or its folder, instead" + " of the usual places."),
          text(
              "OPENSHIFT",
              "auto|off",
              "In a pod, use its service account for OpenShift's own" + " registry (auto)."),
          text("TIMEOUT", "TIME", "How long it may take (10m)."),
          text(
              "FAIL_ON",
              "none|error|miss",
              "For what to end with exit code 1; by default, for" + " nothing."));

  private static Map.Entry<String, FlagText> text(String name, String label, String description) {
    return Map.entry(name, new FlagText(label, description));
  }

  /** What is known of a param; a param without a text of its own says where to read of it. */
  static FlagText of(String name) {
    return TEXTS.getOrDefault(
        name, new FlagText("VALUE", "As the StepAction's param " + name + " (docs/reference.md)."));
  }
}
