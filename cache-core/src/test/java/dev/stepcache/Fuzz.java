package dev.stepcache;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;

/**
 * Feeds a reader with what was changed at random, for {@code -Dfuzz.seconds} (3 without). A reader
 * may answer with anything but an exception that nobody expects. An input whose answer is new is
 * changed further. {@code -Dfuzz.seed} repeats a run.
 */
public final class Fuzz {
  private static final int LARGEST = 1 << 16;

  /** What numbers, ends and separators are made of. */
  private static final String TELLING = "0179 -/.\0\n\"{}[]=,\u00ff";

  private static final int MOST_INPUTS = 4000;

  /** However long they take: the machine may have other work. */
  private static final int LEAST_RUNS = 101;

  private final Random random;
  private final List<byte[]> inputs;
  private final Set<String> answers = new HashSet<>();

  private Fuzz(long seed, List<byte[]> seeds) {
    this.random = new Random(seed);
    this.inputs = new ArrayList<>(seeds);
  }

  /** What is tested; its answer is some text, that of an expected failure is its message. */
  public interface Reader {
    String read(byte[] input) throws IOException;
  }

  /** Every input is read as it was changed. */
  public static void run(List<byte[]> seeds, Reader reader) {
    run(seeds, UnaryOperator.identity(), reader);
  }

  /**
   * @param repair makes what was changed look right again, such as a checksum; not always asked
   */
  public static void run(List<byte[]> seeds, UnaryOperator<byte[]> repair, Reader reader) {
    long seed = Long.getLong("fuzz.seed", System.nanoTime());
    new Fuzz(seed, seeds).run(seed, repair, reader);
  }

  private void run(long seed, UnaryOperator<byte[]> repair, Reader reader) {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(Long.getLong("fuzz.seconds", 3));
    long runs = 0;
    for (; runs < LEAST_RUNS || System.nanoTime() - end < 0; runs++) {
      byte[] input =
          runs < inputs.size() && runs < MOST_INPUTS ? inputs.get((int) runs) : changed(repair);
      if (answers.add(answer(seed, input, reader)) && inputs.size() < MOST_INPUTS) {
        inputs.add(input);
      }
    }
    System.out.println("fuzz: " + runs + " inputs, " + answers.size() + " answers, seed " + seed);
  }

  private static String answer(long seed, byte[] input, Reader reader) {
    try {
      return reader.read(input);
    } catch (IOException e) {
      // Numbers and names are no news.
      return e.getClass().getSimpleName()
          + String.valueOf(e.getMessage()).replaceAll("['\\d].*", "");
    } catch (RuntimeException | Error e) {
      throw new AssertionError("seed " + seed + ", input " + HexFormat.of().formatHex(input), e);
    }
  }

  private byte[] changed(UnaryOperator<byte[]> repair) {
    byte[] input = inputs.get(random.nextInt(inputs.size())).clone();
    for (int changes = 1 + random.nextInt(4); changes > 0; changes--) {
      input = change(input);
    }
    return random.nextInt(8) == 0 ? input : repair.apply(input);
  }

  private byte[] change(byte[] input) {
    if (input.length == 0) {
      return new byte[] {(byte) random.nextInt()};
    }
    int at = random.nextInt(input.length);
    int length = 1 + random.nextInt(Math.min(input.length - at, random.nextBoolean() ? 8 : 600));
    byte[] other = inputs.get(random.nextInt(inputs.size()));
    return switch (random.nextInt(7)) {
      case 0 -> with(input, at, (byte) random.nextInt());
      case 1 -> with(input, at, (byte) (input[at] ^ 1 << random.nextInt(8)));
      case 2 -> with(input, at, (byte) TELLING.charAt(random.nextInt(TELLING.length())));
      case 3 -> joined(input, at, new byte[0], at + length);
      case 4 -> joined(input, at, Arrays.copyOfRange(input, at, at + length), at);
      case 5 -> Arrays.copyOf(input, at);
      default -> {
        int from = random.nextInt(other.length + 1);
        int to = Math.min(other.length, from + length);
        yield joined(input, at, Arrays.copyOfRange(other, from, to), at + length);
      }
    };
  }

  private static byte[] with(byte[] input, int at, byte value) {
    input[at] = value;
    return input;
  }

  /** What stands before {@code at}, then {@code middle}, then what stands from {@code rest}. */
  private static byte[] joined(byte[] input, int at, byte[] middle, int rest) {
    if (input.length + middle.length > LARGEST) {
      return input;
    }
    byte[] result = Arrays.copyOf(input, at + middle.length + input.length - rest);
    System.arraycopy(middle, 0, result, at, middle.length);
    System.arraycopy(input, rest, result, at + middle.length, input.length - rest);
    return result;
  }
}
