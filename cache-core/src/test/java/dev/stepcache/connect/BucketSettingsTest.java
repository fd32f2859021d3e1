package dev.stepcache.connect;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stepcache.store.BucketService;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Which service's buckets a parameter is for, where a command has those of several. */
class BucketSettingsTest {
  private static BucketSettings settings(String query) {
    return new BucketSettings(
        BucketSettings.parameters(query), Optional.empty(), Optional.empty(), Optional.empty());
  }

  @Test
  void eachServiceIsGivenThoseThatItKnows() {
    BucketSettings settings = settings("?region=eu-west-1&anonymous=true&storage_account=a");

    assertThat(settings.mistake(Set.of(BucketService.values()), false)).isEmpty();
    assertThat(settings.parametersOf(BucketService.S3)).containsOnlyKeys("region", "anonymous");
    assertThat(settings.parametersOf(BucketService.GOOGLE)).containsOnlyKeys("anonymous");
    assertThat(settings.parametersOf(BucketService.AZURE)).containsOnlyKeys("storage_account");
  }

  @Test
  void oneThatIsOfAServiceThatTheCommandHasNotIsWrong() {
    assertThat(settings("region=eu-west-1").mistake(Set.of(BucketService.GOOGLE), false))
        .hasValueSatisfying(text -> assertThat(text).contains("'region' is not known of gs://"));
  }

  @Test
  void oneThatNoServiceKnowsIsWrongWhereverItIsLookedAt() {
    BucketSettings settings = settings("regoin=eu-west-1");

    assertThat(settings.mistake(Set.of(BucketService.values()), false))
        .hasValueSatisfying(text -> assertThat(text).contains("'regoin'"));
    assertThat(settings.parametersOf(BucketService.S3)).containsKey("regoin");
  }

  @Test
  void aValueThatItsServiceDoesNotTakeIsWrongBesideOthersToo() {
    assertThat(
            settings("use_path_style=maybe&access_id=-")
                .mistake(Set.of(BucketService.S3, BucketService.GOOGLE), false))
        .hasValueSatisfying(text -> assertThat(text).contains("use_path_style 'maybe'"));
  }
}
