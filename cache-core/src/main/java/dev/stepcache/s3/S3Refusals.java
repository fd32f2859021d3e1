package dev.stepcache.s3;

import dev.stepcache.http.Response;
import dev.stepcache.objects.Refusals;
import dev.stepcache.store.StoreException;
import dev.stepcache.text.Printable;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What S3's answers mean that are no success, by its own codes, each with the cure. One that the
 * next request may avoid, such as a wrong region, is told to the access.
 */
final class S3Refusals implements Refusals {
  /** Of two writers of one name at once, one is told to come again. */
  private static final int BESIDE_ANOTHER = 409;

  private static final int LARGEST = 8192;
  private static final Duration LONG_ENOUGH = Duration.ofSeconds(2);

  private static final String ACCESS_KEY =
      "correct aws_access_key_id and aws_secret_access_key, where they come from";

  private static final Map<String, String> CURES =
      Map.ofEntries(
          Map.entry(
              "AccessDenied",
              "give the account s3:GetObject, s3:PutObject and s3:ListBucket; without the last S3"
                  + " says so of objects that are not there too, and of a bucket whose requester"
                  + " pays always: turn that off"),
          Map.entry("InvalidAccessKeyId", "nobody knows that key: " + ACCESS_KEY),
          Map.entry("SignatureDoesNotMatch", "the secret is another key's: " + ACCESS_KEY),
          Map.entry("ExpiredToken", "renew the credentials: their time is over"),
          Map.entry("TokenRefreshRequired", "renew the credentials: their time is over"),
          Map.entry("InvalidToken", "aws_session_token is of other keys: renew all three"),
          Map.entry(
              "RequestTimeTooSkewed",
              "the clock of this machine is wrong by more than a quarter of an hour: set it"),
          Map.entry(
              "InvalidBucketName",
              "correct the bucket's name: new ones have 3 to 63 lower-case letters, digits, dots"
                  + " and dashes"),
          Map.entry("NoSuchBucket", "create the bucket, or correct its name, endpoint or region"),
          Map.entry(
              "InvalidObjectState",
              "a lifecycle rule moved the object to an archive: restore it, or exempt caches from"
                  + " that rule"),
          Map.entry("KMS.DisabledException", "enable the key of KMS"),
          Map.entry("KMS.NotFoundException", "correct kmskeyid"));

  private static final Set<String> ABOUT_THE_ACCOUNT =
      Set.of("ExpiredToken", "TokenRefreshRequired", "InvalidToken", "RequestTimeTooSkewed");

  private final S3Access access;

  S3Refusals(S3Access access) {
    this.access = access;
  }

  @Override
  public boolean isBusy(int status) {
    return status == BESIDE_ANOTHER;
  }

  @Override
  public StoreException of(String operation, Response answer, String account) {
    S3Error error = read(answer);
    int status = answer.status();
    String message = operation + ": " + said(status, error);
    if (error.region().isPresent() && isMisplaced(status, error)) {
      return misplaced(message, error.region().get());
    }
    if (status == 404 && (error.code().isEmpty() || error.code().equals("NoSuchKey"))) {
      return new StoreException.Missing(message);
    }
    String cured = message + cure(status, error);
    if (error.page()) {
      return new StoreException.Rejected(cured);
    }
    if (error.code().equals("InvalidObjectState")) {
      return new StoreException.Rejected(cured);
    }
    if (status == 401 || status == 403 || ABOUT_THE_ACCOUNT.contains(error.code())) {
      if (status == 400) {
        access.refused();
      }
      return new StoreException.Unauthorized(cured + "; asked as " + account);
    }
    if (error.code().equals("RequestTimeout")) {
      access.again();
    }
    if (status == 429 || error.code().equals("SlowDown")) {
      return new StoreException.Throttled(cured);
    }
    return switch (status) {
      case 408, 502, 503, 504 -> StoreException.Unreachable.behindAFront(cured);
      default -> new StoreException.Rejected(cured);
    };
  }

  /** What an answer's body says. */
  static S3Error read(Response answer) {
    return S3Error.of(
        answer.beginningOrLess(LARGEST, LONG_ENOUGH),
        answer.header("Content-Type"),
        answer.header("x-amz-bucket-region"));
  }

  private static boolean isMisplaced(int status, S3Error error) {
    return status == 301
        || status == 307
        || (status == 400
            && (error.code().isEmpty() || error.code().equals("AuthorizationHeaderMalformed")));
  }

  private StoreException misplaced(String message, String region) {
    boolean corrected = access.moved(region);
    return new StoreException.Rejected(
        message
            + ": the bucket lies in region "
            + region
            + (corrected ? "" : ", and is not asked again")
            + ": set region="
            + region
            + " in BLOB_QUERY_PARAMS, or AWS_REGION");
  }

  private static String said(int status, S3Error error) {
    StringBuilder said = new StringBuilder("the object store answered ").append(status);
    if (!error.code().isEmpty()) {
      said.append(' ').append(error.code());
    }
    if (!error.message().isEmpty()) {
      said.append(" (").append(Printable.name(error.message())).append(')');
    }
    return said.toString();
  }

  private static String cure(int status, S3Error error) {
    if (error.page()) {
      return " with a page for people: endpoint in BLOB_QUERY_PARAMS wants the address of S3"
          + " itself, not of its console";
    }
    Optional<String> cure = Optional.ofNullable(CURES.get(error.code()));
    if (cure.isEmpty() && status == 403) {
      cure = Optional.ofNullable(CURES.get("AccessDenied"));
    }
    return cure.map(text -> ": " + text).orElse("");
  }
}
