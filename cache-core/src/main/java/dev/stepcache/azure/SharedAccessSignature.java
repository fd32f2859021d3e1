package dev.stepcache.azure;

import dev.stepcache.http.Request;
import dev.stepcache.objects.Signer;
import dev.stepcache.oci.Digest;
import java.net.URI;
import java.util.Optional;
import java.util.regex.Pattern;

/** A signature that somebody with a key has made, and that stands in each URL's query (SAS). */
final class SharedAccessSignature implements Signer {
  private static final Pattern FORM =
      Pattern.compile("[A-Za-z0-9%&=._~:+*-]*sig=[A-Za-z0-9%&=._~:+*-]+");

  private final String query;

  private SharedAccessSignature(String query) {
    this.query = query;
  }

  /**
   * @param token as Azure shows it, with or without a question mark
   * @throws IllegalArgumentException if it is none, without quoting it
   */
  static SharedAccessSignature of(String token) {
    String query = token.strip().replaceFirst("^\\?", "").replace("/", "%2F");
    if (!FORM.matcher(query).matches()) {
      throw new IllegalArgumentException(
          "the SAS token is none: wants such as sv=...&se=...&sr=c&sp=rcwdl&sig=..., as a URL has"
              + " it");
    }
    return new SharedAccessSignature(query);
  }

  @Override
  public Request sign(Request request, Optional<Digest> payload) {
    String separator = request.uri().getRawQuery() == null ? "?" : "&";
    return request.to(URI.create(request.uri() + separator + query));
  }

  @Override
  public boolean refused() {
    return false;
  }

  @Override
  public String account() {
    return "the owner of a SAS token";
  }
}
