package dev.stepcache.gcs;

import com.google.api.client.testing.http.MockHttpTransport;
import com.google.api.client.testing.http.MockLowLevelHttpRequest;
import com.google.api.client.testing.http.MockLowLevelHttpResponse;
import com.google.auth.oauth2.ExternalAccountCredentials;
import dev.stepcache.oauth.TokenServer;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/** What Google's own library asks the security token service, which it asks nowhere but there. */
final class GooglesExchange {
  private GooglesExchange() {}

  static Map<String, String> form(String credentials, String scope, String answer)
      throws IOException {
    MockLowLevelHttpRequest request =
        new MockLowLevelHttpRequest()
            .setResponse(
                new MockLowLevelHttpResponse()
                    .setContentType("application/json")
                    .setContent(answer));
    MockHttpTransport transport =
        new MockHttpTransport.Builder().setLowLevelHttpRequest(request).build();
    ExternalAccountCredentials.fromStream(
            new ByteArrayInputStream(credentials.getBytes(StandardCharsets.UTF_8)), () -> transport)
        .createScoped(scope)
        .refreshAccessToken();
    return new TokenServer.Asked("POST", "", Map.of(), request.getContentAsString()).form();
  }
}
