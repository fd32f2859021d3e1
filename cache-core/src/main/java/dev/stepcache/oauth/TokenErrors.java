package dev.stepcache.oauth;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.stepcache.oci.Json;
import dev.stepcache.oci.MalformedDocumentException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Why a token service refuses: the error's code, and what is known of it. Its own sentences are not
 * passed on: they may quote what was sent.
 */
final class TokenErrors {
  private static final Pattern CODE = Pattern.compile("[A-Za-z0-9_.-]{1,64}");
  private static final Pattern MICROSOFT = Pattern.compile("AADSTS\\d+");

  private TokenErrors() {}

  /** In brackets, behind a blank; empty where nothing is known. */
  static String explained(byte[] body) {
    ObjectNode document;
    try {
      document = Json.object(body, "error");
    } catch (MalformedDocumentException e) {
      return "";
    }
    String error = document.path("error").asText("");
    String code = error.isEmpty() ? document.path("error").path("status").asText("") : error;
    if (!CODE.matcher(code).matches()) {
      return "";
    }
    String description = document.path("error_description").asText("");
    Matcher number = MICROSOFT.matcher(description);
    String known = number.find() ? number.group() : "";
    return " ("
        + code
        + (known.isEmpty() ? "" : " " + known)
        + cure(code, known, description)
        + ")";
  }

  private static String cure(String code, String number, String description) {
    if (description.contains("reasonable timeframe") || number.equals("AADSTS700024")) {
      return ": the times that were signed do not fit, so this machine's clock may be wrong, or a"
          + " token has expired";
    }
    return switch (number.isEmpty() ? code : number) {
      case "invalid_grant" -> ": the account or its key is unknown, or has ended";
      case "AADSTS7000215", "AADSTS7000222" -> ": the client secret is wrong or has ended";
      case "AADSTS70021", "AADSTS700213", "AADSTS700211" ->
          ": no federated credential of the application fits issuer, subject and audience";
      case "AADSTS90002" -> ": there is no such tenant";
      case "AADSTS700016" -> ": there is no such application in the tenant";
      case "PERMISSION_DENIED" -> ": it may not speak for that service account";
      default -> "";
    };
  }
}
