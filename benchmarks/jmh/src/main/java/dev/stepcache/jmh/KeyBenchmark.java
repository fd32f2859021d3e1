package dev.stepcache.jmh;

import dev.stepcache.key.CacheKey;
import dev.stepcache.key.KeyInputs;
import dev.stepcache.key.LockFile;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Warmup;

/** The key of all lock files in a large working directory: its walk, and the files' digests. */
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class KeyBenchmark {
  @Benchmark
  public CacheKey key(Inputs inputs, Work work) throws IOException {
    KeyInputs.Computed computed =
        new KeyInputs(
                inputs.tree(),
                inputs.patterns(),
                Set.of(),
                "oci://registry.example.com/team/cache:{{hash}}",
                Optional.of("linux/amd64"),
                List.of())
            .compute();
    List<LockFile> files = computed.recipe().files();
    work.add(files.size(), files.stream().mapToLong(LockFile::length).sum());
    return computed.key();
  }
}
