package dev.stepcache.cli.copy;

import dev.stepcache.cli.BucketQuery;
import dev.stepcache.cli.ConnectionOptions;
import dev.stepcache.connect.OpenStores;
import dev.stepcache.store.Store;
import dev.stepcache.store.StoreException;
import dev.stepcache.store.StoreReference;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Option;

/** How the bucket of each side is reached, where both are not reached in one way. */
final class OwnBuckets {
  private static final String SOURCE = "--source-blob-query-params";
  private static final String TARGET = "--target-blob-query-params";

  @Option(
      names = SOURCE,
      paramLabel = "QUERY",
      converter = BucketQuery.class,
      description =
          "How the bucket of SOURCE is reached, instead of --blob-query-params: such as"
              + " ?endpoint=https://host&profile=name.")
  private Optional<BucketQuery.Parameters> source = Optional.empty();

  @Option(
      names = TARGET,
      paramLabel = "QUERY",
      converter = BucketQuery.class,
      description = "The same for the bucket of TARGET.")
  private Optional<BucketQuery.Parameters> target = Optional.empty();

  /** What is wrong with what is said of them, with the option that says it. */
  Optional<String> mistake(CopyReference from, CopyReference to, ConnectionOptions connection) {
    return mistakeOf(SOURCE, source, from, connection)
        .or(() -> mistakeOf(TARGET, target, to, connection));
  }

  private static Optional<String> mistakeOf(
      String option,
      Optional<BucketQuery.Parameters> own,
      CopyReference side,
      ConnectionOptions connection) {
    if (own.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
            side.reference() instanceof StoreReference.InBucket bucket
                ? connection.mistakeIn(bucket, own.get()).orElse("")
                : side + " is in no bucket: leave the option out")
        .filter(text -> !text.isEmpty())
        .map(text -> option + ": " + text);
  }

  /** Those that are reached as all of a command's are. */
  List<StoreReference> others(StoreReference from, StoreReference to) {
    List<StoreReference> others = new ArrayList<>();
    if (source.isEmpty()) {
      others.add(from);
    }
    if (target.isEmpty()) {
      others.add(to);
    }
    return others;
  }

  /** Whether both sides are reached in the same way: then equal names are of one bucket. */
  boolean areReachedAlike() {
    return source.equals(target);
  }

  /** How equal names become two buckets; empty for what is in none. */
  static String howToTellApart(StoreReference both) {
    return both instanceof StoreReference.InBucket
        ? ": where they are of two services or accounts, "
            + SOURCE
            + " and "
            + TARGET
            + " say how each is reached"
        : "";
  }

  Store source(OpenStores stores, StoreReference reference) throws StoreException {
    return open(stores, reference, source);
  }

  Store target(OpenStores stores, StoreReference reference) throws StoreException {
    return open(stores, reference, target);
  }

  private static Store open(
      OpenStores stores, StoreReference reference, Optional<BucketQuery.Parameters> own)
      throws StoreException {
    return own.isPresent() && reference instanceof StoreReference.InBucket bucket
        ? stores.of(bucket, own.get().values())
        : stores.of(reference);
  }
}
