package dev.stepcache.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.stepcache.oci.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BucketReferenceTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          s3://bucket/some/abc              | s3://bucket/some:abc
          s3://bucket/path/cache-go:abc     | s3://bucket/path/cache-go:abc
          gs://my-bucket/some/folder        | gs://my-bucket/some:folder
          gs://my-bucket/some/folder/       | gs://my-bucket/some:folder
          azblob://container/abc            | azblob://container:abc
          s3://bucket:abc                   | s3://bucket:abc
          s3://bucket/a folder/b c          | s3://bucket/a folder:b_20c
          s3://bucket/ü/ü                   | s3://bucket/ü:_C3_BC
          s3://bucket/a/b_2Fc               | s3://bucket/a:b_5F2Fc
          s3://bucket/a/.x                  | s3://bucket/a:_2Ex
          s3://bucket/a/-x                  | s3://bucket/a:_2Dx
          """)
  void areWrittenWithATagOrAsAPath(String text, String canonical) {
    StoreReference reference = StoreReference.parse(text);

    assertThat(reference).hasToString(canonical);
    assertThat(StoreReference.parse(canonical)).isEqualTo(reference);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "s3://",
        "s3://bucket",
        "s3:///folder/x",
        "s3://b/x",
        "s3://bucket//x",
        "s3://bucket/a//x",
        "s3://bucket/a/../x",
        "s3://bucket/a/..",
        "s3://bucket/./x",
        "s3://bucket/a\tb/x",
        "s3://bucket/a\u0000b",
        "s3://bucket/a:b c",
        "s3://bucket/a/b\u0001",
        "s3://user@bucket/x",
        "gs://bucket/a:",
      })
  void areRefusedWhereTheyNameNoObject(String text) {
    assertThatThrownBy(() -> StoreReference.parse(text))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          s3://a/x              | no name of a bucket, since it is too short: wants 3 to 63
          s3://ab/x             | is too short
          s3:///folder/x        | names no bucket
          s3://-ab/x            | begins or ends with no letter or digit
          s3://minio:9000/abc/x | no name of a bucket, since it has ':' in it
          s3://büro/x           | has 'ü' in it
          gs://My-bucket/x      | has capital letters: wants 3 to 63 lower-case letters
          gs://bucket-/x        | begins or ends with no letter or digit
          azblob://My/x         | no name of a container, since it has capital letters
          azblob://a.b.c/x      | has '.' in it: wants 3 to 63 lower-case letters, digits and dashes
          azblob://a_b/x        | has '_' in it
          """)
  void sayWhatIsWrongWithTheNameOfTheirBucket(String text, String said) {
    assertThatThrownBy(() -> StoreReference.parse(text)).hasMessageContaining(said);
    assertThatThrownBy(() -> StoreReference.repository(text)).hasMessageContaining(said);
  }

  @Test
  void sayWhereTheNameOfTheirBucketIsTooLong() {
    String longest = "a".repeat(63);
    for (String service : new String[] {"gs", "azblob"}) {
      assertThat(StoreReference.parse(service + "://" + longest + "/x").toString())
          .contains(longest);
      assertThatThrownBy(() -> StoreReference.parse(service + "://a" + longest + "/x"))
          .hasMessageContaining("is too long");
    }
    assertThatThrownBy(() -> StoreReference.parse("s3://" + "a".repeat(256) + "/x"))
        .hasMessageContaining("is too long");
  }

  @ParameterizedTest
  @ValueSource(strings = {"s3://Old_Bucket/x", "gs://with.dots_and-dashes/x", "azblob://a-b/x"})
  void mayNameAnyBucketThatThereCanBe(String text) {
    assertThat(StoreReference.parse(text)).isInstanceOf(StoreReference.InBucket.class);
  }

  @Test
  void repeatNoLoginThatWasWrittenIntoThem() {
    assertThatThrownBy(() -> StoreReference.parse("s3://AKIA:s3cret@bucket/x"))
        .hasMessageContaining("before '@bucket'")
        .message()
        .doesNotContain("s3cret");
  }

  @Test
  void areRefusedWhereNoObjectHasSoLongAName() {
    assertThatThrownBy(() -> StoreReference.parse("s3://bucket/" + "ü".repeat(401) + "/x"))
        .hasMessageContaining("800 bytes");
    assertThatThrownBy(() -> StoreReference.parse("s3://bucket/x/" + "y".repeat(129)))
        .hasMessageContaining("128");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          s3://b/some/{{hash}}                  | s3://b/some:{{hash}}
          s3://b/{{hash}}/cache.tar.gz          | s3://b:{{hash}}_2Fcache.tar.gz
          s3://b/x/go-{{ hash }}/a b/%HASH%.gz  | s3://b/x:go-{{ hash }}_2Fa_20b_2F%HASH%.gz
          s3://b/x/cache-go:{{hash}}            | s3://b/x/cache-go:{{hash}}
          s3://b/x:{{hash}}/more                | s3://b:x_3A{{hash}}_2Fmore
          s3://b/{{arch}}/{{key}}               | s3://b/{{arch}}:{{key}}
          gs://b/some/folder                    | gs://b/some:folder
          gs://b:folder                         | gs://b:folder
          oci://host/name:{{hash}}              | oci://host/name:{{hash}}
          file:///a/{{hash}}/b                  | file:///a/{{hash}}/b
          """)
  void ofWhichAKeyIsAFoldersNameShareTheFolderBeforeIt(String template, String filledFrom) {
    assertThat(BucketPath.template(template)).isEqualTo(filledFrom);
    assertThat(BucketPath.template(filledFrom)).isEqualTo(filledFrom);
  }

  @ParameterizedTest
  @ValueSource(strings = {"cache.tar.gz", "a_20b/c", "x y/ü", "_", "a/_2F", "-x", ".x"})
  void giveBackWhatWasEscaped(String path) {
    String template = BucketPath.template("s3://bucket/{{hash}}/" + path);

    assertThat(StoreReference.parse(template.replace("{{hash}}", "k")).selector())
        .isInstanceOfSatisfying(
            Tag.class, tag -> assertThat(BucketPath.unescaped(tag)).isEqualTo("k/" + path));
  }

  @Test
  void nameAWholeRepositoryByAllOfTheirPath() {
    assertThat(StoreReference.repository("s3://bucket/a/b/")).hasToString("s3://bucket/a/b:latest");
    assertThat(StoreReference.repository("s3://bucket")).hasToString("s3://bucket:latest");
    assertThat(StoreReference.repository("file:///a/b")).hasToString("file:///a/b:latest");
    assertThatThrownBy(() -> StoreReference.repository("s3://bucket/a/../b"))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void tellThePathThatTheyWereWrittenAs() {
    assertThat(BucketPath.unescaped(new Tag("abc_2Fcache.tar.gz"))).isEqualTo("abc/cache.tar.gz");
    assertThat(BucketPath.unescaped(new Tag("_C3_BC_5F2F"))).isEqualTo("ü_2F");
    assertThat(BucketPath.unescaped(new Tag("my_cache"))).isEqualTo("my_cache");
  }

  @Test
  void shareTheirStorageInOneFolderAlone() {
    StoreReference one = StoreReference.parse("s3://bucket/a:x");

    assertThat(one.sharesStorageWith(StoreReference.parse("s3://bucket/a/y"))).isTrue();
    assertThat(one.sharesStoreWith(StoreReference.parse("s3://bucket/a:y"))).isTrue();
    assertThat(one.sharesStorageWith(StoreReference.parse("s3://bucket/b:x"))).isFalse();
    assertThat(one.sharesStorageWith(StoreReference.parse("gs://bucket/a:x"))).isFalse();
    assertThat(one.sharesStorageWith(StoreReference.parse("file:///bucket/a:x"))).isFalse();
    assertThat(one.isBeside(StoreReference.parse("s3://bucket/b:x"))).isFalse();
  }
}
