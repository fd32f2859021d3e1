package dev.stepcache.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class UrlsTest {
  private static final URI BASE = URI.create("https://my_registry:5000/v2/a/uploads/?x=1");

  @ParameterizedTest
  @CsvSource({
    "https://h/u?_state=a|b, https://h/u?_state=a%7Cb",
    "https://h/u?d=attachment;filename=\"x y\"&sig=a%2Bb%3d, https://h/u?d=attachment;filename=%22x%20y%22&sig=a%2Bb%3d",
    "https://h/a b[1]{2}^`\\<>, https://h/a%20b%5B1%5D%7B2%7D%5E%60%5C%3C%3E",
    "https://h/100%?a=%zz%4, https://h/100%25?a=%25zz%254",
    "https://h/\u00fc\u0085?\u20ac, https://h/%FC%85?%E2%82%AC",
    "https://my_storage:9000/x, https://my_storage:9000/x",
    "HTTP://UP_per.example/X, http://up_per.example/X",
    "https://[FD00::1]:5/x?a[]=1, https://[fd00::1]:5/x?a[]=1",
    "https://h, https://h/",
    "https://h?q, https://h/?q",
    "https://h:/x#part, https://h/x",
    "https://h:443/x, https://h:443/x",
    "'  https://h/x ', https://h/x",
    "//other_host/x, https://other_host/x",
    "/v2/x|y, https://my_registry:5000/v2/x%7Cy",
    "next, https://my_registry:5000/v2/a/uploads/next",
    "../.././z/., https://my_registry:5000/v2/z/",
    "../../../../z//w, https://my_registry:5000/z//w",
    "?again, https://my_registry:5000/v2/a/uploads/?again",
    "'', https://my_registry:5000/v2/a/uploads/?x=1"
  })
  void areReadAsCurlReadsThem(String text, String url) {
    assertThat(Urls.resolve(BASE, text)).contains(URI.create(url));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "file:///etc/passwd",
        "https:///x",
        "https:x",
        "localhost:5000/x",
        "https://alice:secret@h/",
        "https://h\\@evil/",
        "https://a b/",
        "https://a%41/",
        "https://h:65536/",
        "https://h:-1/",
        "https://h:1x/",
        "https://[fe80::1%25eth0]/",
        "https://b\u00fccher.example/",
        "//alice@h/"
      })
  void areRefusedWhereNoHonestRegistryGivesThem(String text) {
    assertThat(Urls.resolve(BASE, text)).isEmpty();
  }

  @Test
  void mustBeAbsoluteWhereThereIsNoBase() {
    assertThat(Urls.parse("/token")).isEmpty();
    assertThat(Urls.parse("//h/token")).isEmpty();
    assertThat(Urls.parse("https://auth_service/token?a|b"))
        .contains(URI.create("https://auth_service/token?a%7Cb"));
  }
}
