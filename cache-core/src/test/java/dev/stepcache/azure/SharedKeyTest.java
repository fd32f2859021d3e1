package dev.stepcache.azure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.stepcache.http.Body;
import dev.stepcache.http.Request;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class SharedKeyTest {
  private static final SharedKey KEY =
      SharedKey.of("myaccount", "c2VjcmV0", () -> Instant.parse("2015-06-26T23:39:12Z"));

  /** The example of Microsoft's page on shared keys. */
  @Test
  void theTextThatIsSignedIsTheOneOfMicrosoftsExample() {
    Request request =
        new Request(
            "GET",
            URI.create(
                "https://myaccount.blob.core.windows.net:443/mycontainer?restype=container"
                    + "&comp=metadata&timeout=20"),
            Map.of("x-ms-date", "Fri, 26 Jun 2015 23:39:12 GMT", "x-ms-version", "2015-02-21"),
            Body.NONE);
    assertThat(KEY.toSign(request))
        .isEqualTo(
            "GET\n\n\n\n\n\n\n\n\n\n\n\nx-ms-date:Fri, 26 Jun 2015 23:39:12 GMT\n"
                + "x-ms-version:2015-02-21\n/myaccount/mycontainer\ncomp:metadata\n"
                + "restype:container\ntimeout:20");
  }

  @Test
  void aRequestIsDatedTypedAndSigned() {
    Request signed =
        KEY.sign(
            new Request(
                "PUT",
                URI.create("https://myaccount.blob.core.windows.net:443/c/a%2Fb"),
                Map.of("If-None-Match", "*", "x-ms-blob-type", "BlockBlob"),
                new Body.Bytes("text/plain", "hello".getBytes(StandardCharsets.UTF_8))),
            Optional.empty());
    assertThat(signed.headers())
        .containsEntry("x-ms-date", "Fri, 26 Jun 2015 23:39:12 GMT")
        .containsEntry("Content-Type", "text/plain");
    assertThat(KEY.toSign(signed))
        .startsWith("PUT\n\n\n5\n\ntext/plain\n\n\n\n*\n\n\nx-ms-blob-type:BlockBlob\n")
        .endsWith("/myaccount/c/a%2Fb");
    assertThat(signed.headers().get("Authorization"))
        .matches("SharedKey myaccount:[A-Za-z0-9+/]{43}=");
    assertThat(signed.toString()).doesNotContain("SharedKey");
  }

  @Test
  void aKeyThatIsNoneIsNotQuoted() {
    assertThatThrownBy(() -> SharedKey.of("a", "no key!", Instant::now))
        .hasMessage("the key of the storage account is no Base64");
  }

  @Test
  void aSharedAccessSignatureStandsInTheQueryAndIsNotShown() {
    Request request =
        new Request(
            "GET", URI.create("https://a.blob.example:443/c?comp=list"), Map.of(), Body.NONE);
    Request signed =
        SharedAccessSignature.of("?sv=2022-11-02&se=2030-01-01T00:00:00Z&sp=rcwdl&sig=ab%2Fc%3D")
            .sign(request, Optional.empty());
    assertThat(signed.uri().getRawQuery())
        .isEqualTo("comp=list&sv=2022-11-02&se=2030-01-01T00:00:00Z&sp=rcwdl&sig=ab%2Fc%3D");
    assertThat(signed.toString()).doesNotContain("sig");
    assertThatThrownBy(() -> SharedAccessSignature.of("a secret"))
        .hasMessageContaining("SAS token is none")
        .hasMessageNotContaining("secret");
  }
}
