package dev.stepcache.tree;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EntryNameTest {
  @Test
  void ordersAsTheBytesDo() {
    Random random = new Random(20);
    int[] points = {
      '-', '/', 'a', 0x7f, 0x80, 0x7ff, 0x800, 0xd7ff, 0xe000, 0xffff, 0x10000, 0x10ffff
    };
    int differing = 0;
    for (int round = 0; round < 20_000; round++) {
      String left = text(random, points);
      String right = text(random, points);
      int byBytes =
          Arrays.compareUnsigned(
              left.getBytes(StandardCharsets.UTF_8), right.getBytes(StandardCharsets.UTF_8));
      assertThat(Integer.signum(EntryName.compare(left, right)))
          .as("%s and %s", left, right)
          .isEqualTo(Integer.signum(byBytes));
      differing += Integer.signum(left.compareTo(right)) == Integer.signum(byBytes) ? 0 : 1;
    }
    assertThat(differing).as("pairs that String would order otherwise").isPositive();
  }

  private static String text(Random random, int[] points) {
    StringBuilder text = new StringBuilder();
    for (int length = random.nextInt(4); length >= 0; length--) {
      text.appendCodePoint(points[random.nextInt(points.length)]);
    }
    return text.toString();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "", "/", "/a", "a/", "a//b", ".", "..", "../a", "a/..", "a/../b", "a/.", "./a", "a\0b",
        "\ud800", "a\udc00"
      })
  void refusesNamesThatLeaveOrNameNothing(String name) {
    assertThatThrownBy(() -> new EntryName(name)).isInstanceOf(IllegalNameException.class);
  }

  @Test
  void countsBytesNotCharacters() {
    assertThat(new EntryName("ä".repeat(127) + "x").bytes()).hasSize(255);
    assertThatThrownBy(() -> new EntryName("ä".repeat(128)))
        .isInstanceOf(IllegalNameException.class);
    assertThatThrownBy(() -> new EntryName("abc/".repeat(1024) + "x"))
        .isInstanceOf(IllegalNameException.class);
  }

  @Test
  void refusesBytesThatAreNotUtf8() {
    assertThatThrownBy(() -> EntryName.of(new byte[] {'a', (byte) 0xff}))
        .isInstanceOf(IllegalNameException.class);
    assertThatThrownBy(() -> EntryName.of(new byte[] {(byte) 0xc0, (byte) 0xaf}))
        .isInstanceOf(IllegalNameException.class);
  }
}
