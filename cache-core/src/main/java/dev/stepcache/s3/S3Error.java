package dev.stepcache.s3;

import dev.stepcache.http.PageForPeople;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What S3 says with a status that is no success: a small document of XML. Not read as such: each
 * miss has one, and these few elements have neither children nor attributes.
 *
 * @param code empty where there is none
 * @param region in which the bucket lies, where it says that
 * @param page whether it is a page for people
 */
record S3Error(String code, String message, Optional<String> region, boolean page) {
  private static final Pattern CODE = element("Code");
  private static final Pattern MESSAGE = element("Message");
  private static final Pattern REGION = element("Region");
  private static final Pattern REGION_NAME = Pattern.compile("[a-z0-9-]{1,40}");

  static S3Error of(byte[] body, Optional<String> contentType, Optional<String> region) {
    String text = new String(body, StandardCharsets.UTF_8);
    boolean typed = contentType.orElse("").toLowerCase(Locale.ROOT).startsWith("text/html");
    boolean page =
        PageForPeople.begins(body) || (typed && !text.isBlank() && !CODE.matcher(text).find());
    return page
        ? new S3Error("", "", Optional.empty(), true)
        : new S3Error(
            found(CODE, text).orElse(""),
            found(MESSAGE, text).orElse(""),
            region
                .or(() -> found(REGION, text))
                .filter(name -> REGION_NAME.matcher(name).matches()),
            false);
  }

  private static Pattern element(String name) {
    return Pattern.compile("<" + name + ">([^<]{1,1000})</" + name + ">");
  }

  private static Optional<String> found(Pattern element, String text) {
    Matcher matcher = element.matcher(text);
    return matcher.find()
        ? Optional.of(
            matcher
                .group(1)
                .strip()
                .replace("&lt;", "<")
                .replace("&gt;", ">")
                .replace("&quot;", "\"")
                .replace("&apos;", "'")
                .replace("&#39;", "'")
                .replace("&amp;", "&"))
        : Optional.empty();
  }
}
