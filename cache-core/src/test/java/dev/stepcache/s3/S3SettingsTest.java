package dev.stepcache.s3;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class S3SettingsTest {
  private static String address(String bucket, String region, String... parameters) {
    Map<String, String> given = new TreeMap<>();
    for (String parameter : parameters) {
      given.put(parameter.split("=", 2)[0], parameter.split("=", 2)[1]);
    }
    return S3Address.of(bucket, S3Settings.of(given), region).object("a/b", Map.of()).toString();
  }

  @Test
  void allNamesOfThePeerAreKnown() {
    assertThat(S3Settings.NAMES).hasSize(17);
    Map<String, String> all = new TreeMap<>();
    all.put("region", "eu-west-1");
    all.put("endpoint", "https://s3.example.com");
    all.put("profile", "ci");
    all.put("anonymous", "false");
    all.put("dualstack", "false");
    all.put("fips", "false");
    all.put("hostname_immutable", "true");
    all.put("rate_limiter_capacity", "500");
    all.put("awssdk", "v2");
    all.put("request_checksum_calculation", "when_supported");
    all.put("response_checksum_validation", "when_required");
    all.put("ssetype", "aws:kms");
    all.put("kmskeyid", "key");
    all.put("accelerate", "false");
    all.put("use_path_style", "true");
    all.put("s3ForcePathStyle", "true");
    all.put("disable_https", "false");

    assertThat(all.keySet()).containsExactlyInAnyOrderElementsOf(S3Settings.NAMES);
    assertThat(S3Settings.mistake(all, false)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "regoin|eu|is no parameter of s3: known are accelerate",
        "anonymous|yes|is no boolean: write true or false",
        "endpoint|s3.example.com|is no URL of a server: wants such as https://s3.example.com",
        "endpoint|ftp://s3.example.com|is no URL of a server",
        "endpoint|https://host/?a=b|is no URL of a server",
        "endpoint|http://host|endpoint is plain http: write https://, or set INSECURE to true",
        "disable_https|true|leave it out, or set INSECURE to true",
        "ssetype|AES|write AES256, aws:kms or aws:kms:dsse",
        "awssdk|v3|is none of v1, v2",
        "rate_limiter_capacity|-1|is no whole number",
        "request_checksum_calculation|always|is none of when_required, when_supported",
        "response_checksum_validation|never|is none of when_required, when_supported",
        "hostname_immutable|true|give endpoint too",
      })
  void whatIsWrongIsNamedWithItsCure(String name, String value, String said) {
    assertThat(S3Settings.mistake(Map.of(name, value), false))
        .hasValueSatisfying(mistake -> assertThat(mistake).contains(said));
  }

  @Test
  void parametersThatContradictEachOtherAreRefused() {
    assertThat(S3Settings.mistake(Map.of("accelerate", "1", "fips", "1"), false))
        .hasValueSatisfying(said -> assertThat(said).contains("leave one of them out"));
    assertThat(S3Settings.mistake(Map.of("ssetype", "AES256", "kmskeyid", "k"), false))
        .hasValueSatisfying(said -> assertThat(said).contains("write ssetype=aws:kms"));
    assertThat(
            S3Settings.mistake(Map.of("use_path_style", "1", "s3ForcePathStyle", "false"), false))
        .hasValueSatisfying(said -> assertThat(said).contains("leave one out"));
  }

  @Test
  void aSecretInAnEndpointIsNotShown() {
    assertThat(S3Settings.mistake(Map.of("endpoint", "https://me:secret@host"), false))
        .hasValueSatisfying(said -> assertThat(said).doesNotContain("secret"));
  }

  @Test
  void plainHttpIsForTheInsecureAlone() {
    assertThat(S3Settings.mistake(Map.of("endpoint", "http://host:9000"), true)).isEmpty();
    assertThat(S3Settings.mistake(Map.of("disable_https", "true"), true)).isEmpty();
  }

  @Test
  void amazonsHostsAreNamedByRegionAndSwitches() {
    assertThat(address("caches", "eu-west-1"))
        .isEqualTo("https://caches.s3.eu-west-1.amazonaws.com/a/b");
    assertThat(address("caches", "eu-west-1", "dualstack=true", "fips=true"))
        .isEqualTo("https://caches.s3-fips.dualstack.eu-west-1.amazonaws.com/a/b");
    assertThat(address("caches", "eu-west-1", "accelerate=true"))
        .isEqualTo("https://caches.s3-accelerate.amazonaws.com/a/b");
    assertThat(address("caches", "cn-north-1"))
        .isEqualTo("https://caches.s3.cn-north-1.amazonaws.com.cn/a/b");
    assertThat(address("caches", "eu-west-1", "use_path_style=true", "disable_https=true"))
        .isEqualTo("http://s3.eu-west-1.amazonaws.com/caches/a/b");
  }

  @Test
  void aBucketThatIsNoHostNameStandsInThePath() {
    assertThat(address("my.caches", "eu-west-1"))
        .isEqualTo("https://s3.eu-west-1.amazonaws.com/my.caches/a/b");
    assertThat(address("Old_Bucket", "us-east-1"))
        .isEqualTo("https://s3.us-east-1.amazonaws.com/Old_Bucket/a/b");
  }

  @Test
  void anEndpointOfOnesOwnHasTheBucketInThePathUnlessToldOtherwise() {
    assertThat(address("caches", "x", "endpoint=https://S3.example.com:9000/"))
        .isEqualTo("https://s3.example.com:9000/caches/a/b");
    assertThat(address("caches", "x", "endpoint=https://s3.example.com/root"))
        .isEqualTo("https://s3.example.com/root/caches/a/b");
    assertThat(address("caches", "x", "endpoint=https://s3.example.com", "use_path_style=false"))
        .isEqualTo("https://caches.s3.example.com/a/b");
    assertThat(
            address(
                "caches",
                "x",
                "endpoint=https://s3.example.com",
                "use_path_style=false",
                "hostname_immutable=true"))
        .isEqualTo("https://s3.example.com/caches/a/b");
  }

  @Test
  void namesAreEncodedAsTheyAreSigned() {
    S3Address address = S3Address.of("caches", S3Settings.of(Map.of()), "eu-west-1");

    assertThat(address.object("a b/ü+~(1)=&?.tar", Map.of("uploads", "", "partNumber", "1")))
        .isEqualTo(
            URI.create(
                "https://caches.s3.eu-west-1.amazonaws.com/a%20b/%C3%BC%2B~%281%29%3D%26%3F.tar"
                    + "?partNumber=1&uploads="));
    assertThat(address.bucket(Map.of("prefix", "a/b")))
        .isEqualTo(URI.create("https://caches.s3.eu-west-1.amazonaws.com/?prefix=a%2Fb"));
  }
}
