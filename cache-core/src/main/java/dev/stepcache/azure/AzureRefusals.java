package dev.stepcache.azure;

import dev.stepcache.http.Response;
import dev.stepcache.objects.Refusals;
import dev.stepcache.store.StoreException;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * What Azure's answers mean that are no success, by the code in a header. The sentences in their
 * bodies are not passed on: they may quote what was signed.
 *
 * @param container whose answers they are
 */
record AzureRefusals(String container, InstantSource clock) implements Refusals {
  private static final String CODE = "x-ms-error-code";
  private static final int LARGEST = 1 << 12;
  private static final Duration LONG_ENOUGH = Duration.ofSeconds(2);

  /** More than this, and no signature is taken. */
  private static final Duration SKEW = Duration.ofMinutes(14);

  private static final Pattern FORM = Pattern.compile("[A-Za-z0-9]{1,64}");
  private static final Set<Integer> NOBODY_THERE = Set.of(408, 502, 503, 504);

  /** The service's word for what went wrong; empty where it says none. */
  static String code(Response answer) {
    return answer.header(CODE).filter(code -> FORM.matcher(code).matches()).orElse("");
  }

  @Override
  public boolean isBusy(int status) {
    return false;
  }

  @Override
  public StoreException of(String operation, Response answer, String account) {
    int status = answer.status();
    String code = code(answer);
    String message =
        operation
            + ": Azure Blob Storage answered "
            + status
            + (code.isEmpty() ? "" : " (" + code + ")");
    if (code.isEmpty() && isPage(answer)) {
      return new StoreException.Rejected(
          message
              + " with a page for people: is that its endpoint, or a proxy that wants a login?");
    }
    return switch (status) {
      case 401, 403 ->
          new StoreException.Unauthorized(
              message + ", asked as " + account + ": " + refused(code, answer));
      case 404 -> absence(message, code);
      case 429 -> new StoreException.Throttled(message);
      default ->
          NOBODY_THERE.contains(status)
              ? StoreException.Unreachable.behindAFront(message)
              : new StoreException.Rejected(message + cure(status, code));
    };
  }

  private static boolean isPage(Response answer) {
    String start =
        new String(answer.beginningOrLess(LARGEST, LONG_ENOUGH), StandardCharsets.UTF_8)
            .strip()
            .toLowerCase(Locale.ROOT);
    return start.startsWith("<!doctype html") || start.startsWith("<html");
  }

  private StoreException absence(String message, String code) {
    return switch (code) {
      case "ContainerNotFound", "ResourceNotFound" ->
          new StoreException.Rejected(
              message
                  + ": there is no container "
                  + container
                  + "; create it, or correct the reference");
      default -> new StoreException.Missing(message);
    };
  }

  private String refused(String code, Response answer) {
    Optional<Duration> skew = skew(answer);
    if (skew.isPresent()) {
      return "this machine's clock is "
          + skew.get().abs().toMinutes()
          + " minutes "
          + (skew.get().isNegative() ? "behind" : "ahead")
          + "; set it right";
    }
    return switch (code) {
      case "AuthenticationFailed", "InvalidAuthenticationInfo" ->
          "the key, SAS token or token is wrong or has ended";
      case "AuthorizationFailure" ->
          "the SAS token or key is wrong, or the storage account's firewall lets nobody from here";
      case "KeyBasedAuthenticationNotPermitted" ->
          "the storage account allows no keys; use workload identity";
      case "AuthorizationPermissionMismatch",
          "AuthorizationServiceMismatch",
          "AuthorizationResourceTypeMismatch",
          "InsufficientAccountPermissions" ->
          "give it the role Storage Blob Data Contributor on the container "
              + container
              + " (Storage Blob Data Reader is enough to fetch), or a SAS token with sp=rcwdl";
      default -> "it has no right to this, or no credentials were found";
    };
  }

  /** How far this machine's clock is ahead, where that is too far. */
  private Optional<Duration> skew(Response answer) {
    try {
      return answer
          .header("Date")
          .map(date -> Instant.from(DateTimeFormatter.RFC_1123_DATE_TIME.parse(date)))
          .map(there -> Duration.between(there, clock.instant()))
          .filter(ahead -> ahead.abs().compareTo(SKEW) > 0);
    } catch (DateTimeException e) {
      return Optional.empty();
    }
  }

  private String cure(int status, String code) {
    return switch (code) {
      case "InvalidResourceName" ->
          ": no container can be called "
              + container
              + ": wants 3 to 63 lower-case letters, digits and single dashes";
      case "BlobArchived", "BlobBeingRehydrated" ->
          ": the blob lies in the archive; rehydrate it, or let a lifecycle rule leave it out";
      case "BlobImmutableDueToPolicy" -> ": a policy keeps blobs as they are";
      case "ContainerBeingDeleted" -> ": the container is being deleted";
      case "AccountIsDisabled" -> ": the storage account is disabled";
      default -> status / 100 == 3 ? ": it leads elsewhere, which is not followed" : "";
    };
  }
}
