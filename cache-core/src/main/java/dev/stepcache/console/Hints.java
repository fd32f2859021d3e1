package dev.stepcache.console;

import dev.stepcache.outcome.Reason;
import dev.stepcache.store.LoginCheck;
import java.util.Optional;

/** What a person can do about a reason. */
public final class Hints {
  private Hints() {}

  /**
   * What to know before an upload that creates its repository with its last request.
   *
   * @param grant the command that gives the account the right to
   */
  public static String creating(String repository, String grant) {
    return "the imagestream of "
        + repository
        + " does not exist yet; this upload creates it at its end, if the account may. If it may"
        + " not, run: "
        + grant;
  }

  /**
   * One sentence; empty where nothing needs doing.
   *
   * @param grant the command that gives the account its right, where it is known exactly
   * @param login what the store makes of the login, where it refused something
   */
  public static String of(Reason reason, Optional<String> grant, LoginCheck.Answer login) {
    return switch (reason) {
      case HIT, FALLBACK, MISS, SAVED, EXISTS, UNCHANGED, FETCHED -> "";
      case EMPTY ->
          "Does the build write where CACHE_PATH or CACHE_PATHS points? Its tools must be told, such as by"
              + " GOMODCACHE and GOCACHE.";
      case PLATFORM ->
          "Put {{os}} and {{arch}}, or {{hash}}, into the reference; KEY_PLATFORM \"false\" is for trees"
              + " that fit any platform.";
      case NOT_A_CACHE ->
          "Give SOURCE and TARGET a repository or a tag of the cache's own; delete that tag where"
              + " nobody needs what it holds.";
      case PATHS ->
          "Give both steps the same CACHE_PATH or CACHE_PATHS; the next cache-upload of this key"
              + " replaces what is stored, if a cache tool made it.";
      case MOUNT ->
          "Mount it outside the cache path, and name it in CACHE_PATHS if it is to be cached. If it"
              + " is to stay, the next cache-upload of this key replaces what is stored, if a cache"
              + " tool made it.";
      case DIGEST ->
          "The tag names another image by now; correct EXPECTED_DIGEST, or find out who moved it.";
      case READ_ONLY -> "MODE is read: so it should be for pull requests that nobody has reviewed.";
      case UNREADABLE ->
          "Make the files readable for the user that the step runs as: let the build run as the same"
              + " one (runAsUser in the pod's securityContext), or open its files to others. A file that a pattern matches"
              + " can be taken out by !<its name>; what is to be saved can be left out by"
              + " SKIP_UNREADABLE \"true\": a hole would else come back for ever.";
      case TOO_LARGE ->
          "Let the build's tools clean the cache before it is saved, or raise MAX_CACHE_SIZE.";
      case NEWER_FORMAT -> "Update cache-fetch and cache-upload together.";
      case BUSY -> "Another task restores into, or saves from, the same folder.";
      case INTERRUPTED ->
          "Nothing is saved of a tree that may be half restored; the next cache-fetch puts it in"
              + " order.";
      case UNSHARED ->
          "Put the cache path into a workspace, such as $(workspaces.source.path)/cache, or into"
              + " /tekton/home: no other step sees a folder of the step's own image.";
      case UNAUTHORIZED -> unauthorized(grant, login);
      case CREDENTIALS ->
          "DOCKER_CONFIG names a file, or a folder with config.json, that is there; for a bucket so do"
              + " AWS_CONFIG_FILE, AWS_SHARED_CREDENTIALS_FILE and GOOGLE_APPLICATION_CREDENTIALS.";
      case TLS ->
          "Name the store's certificate authority by CA or SSL_CERT_FILE; INSECURE \"true\" gives"
              + " up verification, and allows plain http.";
      case UNREACHABLE -> "Is the store's name right, and can the pod reach it?";
      case THROTTLED -> "The store asked to come back later.";
      case REJECTED -> "The store said no; what it said stands above.";
      case CORRUPT ->
          "What is stored is broken; the next cache-upload of this pod replaces it, if a cache tool"
              + " made it.";
      case LIMIT ->
          "MAX_SIZE bounds what an image unpacks to; where the step's memory is what lacks, give it"
              + " more (computeResources). What is stored stays for steps that take more.";
      case TIMEOUT -> "TIMEOUT bounds the whole step; a longer one may help.";
      case DISK -> "The build goes on without it, and the next run tries again.";
      case INTERNAL ->
          "This is an error in stepcache itself: please report it, with this log. It says nothing"
              + " about what is stored, which stays as it is.";
    };
  }

  private static String unauthorized(Optional<String> grant, LoginCheck.Answer login) {
    return switch (login) {
      case REFUSED ->
          "The registry accepts this login for nothing at all: its password or token is wrong, has"
              + " expired, or is for another registry. Renew it where it comes from (the docker"
              + " config of DOCKER_CONFIG, or the secret annotated for Tekton); no right that is"
              + " granted helps.";
      case NONE ->
          "No login was sent. Give a docker config with a login for this repository (DOCKER_CONFIG,"
              + " or a secret annotated for Tekton). To OpenShift's registry the token of the pod's"
              + " service account is sent, unless INSECURE is \"true\" or OPENSHIFT is \"off\".";
      case ACCEPTED ->
          "The registry accepts the login. "
              + grant.map(Hints::lacking).orElse("The account lacks the right in this repository.");
      case UNKNOWN ->
          grant
              .map(Hints::lacking)
              .orElse(
                  "The login is wrong, or the account lacks the right. A registry's login comes from"
                      + " a docker config (DOCKER_CONFIG, or a secret annotated for Tekton), a"
                      + " bucket's from the cloud's own places (docs/s3.md, docs/gcs.md, docs/azure.md).");
    };
  }

  /**
   * @param grant the command that gives the right
   */
  private static String lacking(String grant) {
    return "Likely causes: the account lacks the right; a quota or limit range of the namespace is"
        + " exceeded; the namespace does not exist. The command that gives the right"
        + " (system:image-puller does for fetching alone): "
        + grant;
  }
}
