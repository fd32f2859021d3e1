package dev.stepcache.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@BuiltImages
class ImageContentsIT {
  private static final int SHARED_LAYERS = 4;

  @Test
  void bothImagesShareTheirLowestFourLayers() {
    ImageArchive fetch = ImageArchive.of(StepImage.CACHE_FETCH);
    ImageArchive upload = ImageArchive.of(StepImage.CACHE_UPLOAD);

    assertThat(fetch.layers().subList(0, SHARED_LAYERS))
        .isEqualTo(upload.layers().subList(0, SHARED_LAYERS));
    assertThat(fetch.layers().subList(SHARED_LAYERS, fetch.layers().size()))
        .hasSize(2)
        .doesNotContainAnyElementsOf(upload.layers());
  }

  @ParameterizedTest
  @EnumSource
  void isBelow40MegabytesCompressed(StepImage image) {
    assertThat(ImageArchive.of(image).compressedBytes()).isBetween(20_000_000L, 40_000_000L);
  }

  @ParameterizedTest
  @EnumSource
  void startsJavaByItsArgumentFileAsAUserOfTheRootGroup(StepImage image) {
    var config = ImageArchive.of(image).config();

    assertThat(config.get("Entrypoint"))
        .extracting(JsonNode::asText)
        .containsExactly("/opt/java/bin/java", "@/opt/app/" + image.step() + ".args");
    assertThat(config.get("User").asText()).isEqualTo("65532:0");
    assertThat(config.get("Env")).extracting(JsonNode::asText).containsExactly("LC_ALL=C.UTF-8");
  }
}
