package dev.stepcache.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stepcache.e2e.StepProcess.Signal;
import dev.stepcache.registry.Fault;
import dev.stepcache.s3.FaultyS3;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * An upload to a bucket may be ended at any moment: it is at every third of its requests, and with
 * {@code -Dkills=100} at each of them, while that is not answered yet. Its layer is large enough to
 * be sent in parts.
 */
class KilledBucketUploadsIT {
  private static final List<String> METHODS = List.of("GET", "HEAD", "PUT", "POST");
  private static final int MEBIBYTES = 70;
  private static final int STRIDE = Integer.getInteger("kills", 10) < 100 ? 3 : 1;

  /** More than an upload of this size sends. */
  private static final int MOST = 60;

  @TempDir private Path folder;

  private LocalPod pod(String name, FaultyS3 server) throws IOException {
    return new LocalPod(folder.resolve("pod-" + name), folder.resolve(name))
        .param("INSECURE", "true")
        .param("BLOB_QUERY_PARAMS", "?region=us-east-1&endpoint=http://" + server.host())
        .variable("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE")
        .variable("AWS_SECRET_ACCESS_KEY", FaultyS3.SECRET);
  }

  private void fill(String name) throws IOException {
    Files.createDirectories(folder.resolve(name));
    byte[] block = new byte[1 << 20];
    Random random = new Random(7);
    try (OutputStream out = Files.newOutputStream(folder.resolve(name).resolve("file"))) {
      for (int written = 0; written < MEBIBYTES; written++) {
        random.nextBytes(block);
        out.write(block);
      }
    }
  }

  /** Holds one request until the process has ended; those after it are answered. */
  private static final class Held {
    private final AtomicInteger left;
    private final CountDownLatch reached = new CountDownLatch(1);
    private final CountDownLatch ended = new CountDownLatch(1);

    Held(FaultyS3 server, int number) {
      this.left = new AtomicInteger(number);
      Fault fault =
          (exchange, damage) -> {
            if (left.decrementAndGet() != 0) {
              return false;
            }
            reached.countDown();
            try {
              ended.await();
            } catch (InterruptedException e) {
              Thread.currentThread().interrupt();
            }
            exchange.close();
            return true;
          };
      METHODS.forEach(method -> server.faults().always(method, "/", fault));
    }

    /** False where the process ended before it sent so many. */
    boolean isReached(StepProcess step) throws InterruptedException {
      while (!reached.await(5, TimeUnit.MILLISECONDS)) {
        if (!step.isAlive()) {
          return false;
        }
      }
      return true;
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"TERM", "KILL"})
  void nothingIsTakenForACacheAndPartsAreAbortedWhereThatIsStillPossible(Signal signal)
      throws Exception {
    fill("tree");
    Map<String, Integer> ends = new TreeMap<>();
    int number = 1;
    for (boolean more = true; more; number += STRIDE) {
      assertThat(number).isLessThan(MOST);
      try (FaultyS3 server = new FaultyS3("")) {
        String target = "s3://caches/team/go:key";
        Held held = new Held(server, number);
        StepProcess step = pod("tree", server).upload(target);
        more = held.isReached(step);
        step.send(signal);
        StepRun ended = step.await();
        held.ended.countDown();
        server.faults().mend();

        int open = server.openUploads();
        if (signal != Signal.KILL) {
          assertThat(open).as(ended.log()).isZero();
        }
        StepRun found = pod("later-" + number, server).fetch(target).await();
        String reason = found.results().get("reason");
        assertThat(reason).as(found.log()).isIn("hit", "miss");
        if (reason.equals("miss")) {
          assertThat(ended.results().get("uploaded")).isNotEqualTo("true");
          StepRun again = pod("tree", server).upload(target).await();
          assertThat(again.results()).as(again.log()).containsEntry("reason", "saved");
          found = pod("later-" + number, server).fetch(target).await();
          assertThat(found.results()).as(found.log()).containsEntry("reason", "hit");
        }
        assertThat(folder.resolve("later-" + number).resolve("file"))
            .hasSameBinaryContentAs(folder.resolve("tree/file"));
        Files.delete(folder.resolve("later-" + number).resolve("file"));
        ends.merge(reason + (open > 0 ? ", parts are left" : ""), 1, Integer::sum);
      }
    }
    System.out.println(signal + " at the requests up to the " + number + "th: " + ends);
    assertThat(ends).containsKey("hit").hasSizeGreaterThan(1);
  }
}
