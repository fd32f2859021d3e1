package dev.stepcache.step;

import dev.stepcache.connect.OpenStores;
import dev.stepcache.console.Console;
import dev.stepcache.outcome.CacheEvent;
import dev.stepcache.outcome.Reason;
import dev.stepcache.outcome.Trouble;
import dev.stepcache.store.LoginCheck;
import dev.stepcache.text.Amounts;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * One run of a step, from its environment to its exit code: 0 for whatever the cache does, 1 for
 * that of it which FAIL_ON names, 2 for what the user wrote wrongly, and that of a step that
 * FAIL_IF_FAILED names. Work that outlasts TIMEOUT, or SIGTERM, is stopped and leaves the cache
 * path as it was.
 */
public final class Step {
  private static final int FAILED = 1;
  private static final int USAGE = 2;

  /** Tidying up deletes what was staged; after SIGTERM Tekton waits for 30 s. */
  private static final Duration TIDY_UP = Duration.ofSeconds(20);

  private static final String FINISHING =
      "the cache is all there, and is still being moved into the cache path: that is finished first";

  private final Map<String, String> environment;
  private final Console console;
  private final Stop stop = new Stop();
  private final Pod pod;
  private final CountDownLatch ended = new CountDownLatch(1);
  private volatile Optional<Worker> worker = Optional.empty();

  private Step(Map<String, String> environment, Console console, Pod pod) {
    this.environment = environment;
    this.console = console;
    this.pod = pod;
  }

  /** What a step does, in two parts. */
  @FunctionalInterface
  public interface Action {
    /**
     * Reads the params, without any network traffic.
     *
     * @throws UsageException for a mistake of the user
     */
    Work read(Step step);
  }

  /** What is left to do once the params are known to be right. */
  public record Work(StepOptions options, EarlierSteps earlier, Body body) {}

  /**
   * The work itself; UsageException, NoLockFilesException and KeyExtraException are the user's
   * mistakes.
   */
  @FunctionalInterface
  public interface Body {
    StepEnd run() throws IOException;
  }

  /** The main of a step's program. */
  public static void main(List<Result> results, Action action) {
    PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    System.exit(
        new Step(System.getenv(), new Console(out), Pod.here()).runWithSignals(results, action));
  }

  /**
   * Runs a step in this process, without signals.
   *
   * @param root where the step's file system begins
   * @return the exit code
   */
  public static int runWithoutSignals(
      Map<String, String> environment,
      PrintStream out,
      Path root,
      List<Result> results,
      Action action) {
    return new Step(environment, new Console(out), new Pod(root)).readAndWork(results, action);
  }

  /**
   * Runs a step's work where no Tekton starts it: signals end it as they end a step.
   *
   * @return the exit code
   */
  public static int run(StepContext around, List<Result> results, Action action) {
    return new Step(around.environment(), around.console(), Pod.around(around))
        .runWithSignals(results, action);
  }

  private int runWithSignals(List<Result> results, Action action) {
    Thread hook = new Thread(this::terminate);
    Runtime.getRuntime().addShutdownHook(hook);
    try {
      return readAndWork(results, action);
    } finally {
      ended.countDown();
      try {
        Runtime.getRuntime().removeShutdownHook(hook);
      } catch (IllegalStateException e) {
        // The process ends already.
      }
    }
  }

  /** The environment of the step. */
  public Map<String, String> environment() {
    return environment;
  }

  /** What the log of the step is written by. */
  public Console console() {
    return console;
  }

  /** Where a verb's events go; throws when the step is to end, but at no end. */
  public Consumer<CacheEvent> events() {
    return event -> {
      if (event instanceof CacheEvent.ChangeStarted) {
        stop.beginChange();
        return;
      }
      if (event instanceof CacheEvent.ChangeEnded ended) {
        stop.endChange(ended.restored());
        return;
      }
      // What comes after the work is told of does not undo it.
      if (!(event instanceof CacheEvent.TransferEnded
          || event instanceof CacheEvent.WrittenThrough
          || event instanceof CacheEvent.NotWrittenThrough)) {
        stop.check();
      }
      console.accept(event);
    };
  }

  /** The stores of this run, which are closed when the step is to end. None is open yet. */
  public OpenStores stores(StepOptions options) {
    OpenStores stores =
        new OpenStores(
            pod.connecting(options.connection(environment, pod)),
            retry -> console.accept(new CacheEvent.Retried(retry)),
            console::warning);
    stop.onRequest(stores::close);
    return stores;
  }

  /** The folder that all steps of the pod share; empty outside Tekton. */
  public Optional<Path> shared() {
    return pod.shared();
  }

  /**
   * The steps of this task that have these names.
   *
   * @throws UsageException for a name that no step has
   */
  public EarlierSteps earlier(List<String> names) {
    return EarlierSteps.of(names, pod.steps());
  }

  /** Whether a step of this task, of whatever name, failed before this one. */
  public boolean anyFailed() {
    return EarlierSteps.anyFailed(pod.steps());
  }

  /** Whether no other step will ever see what lies there. */
  public boolean isUnshared(Path cachePath) {
    return pod.isUnshared(cachePath);
  }

  /**
   * Tells why the cache did not do what was hoped for, and what can be done about it. What a step
   * that is to end runs into is no news: that it was stopped is said once.
   *
   * @param stores those that had a part in it: after a refusal they are asked about the login
   */
  public void explain(Reason reason, String message, OpenStores stores) {
    if (stop.cause().isEmpty()) {
      console.explain(reason, message, stores.grant(), login(reason, stores));
    }
  }

  private static LoginCheck.Answer login(Reason reason, OpenStores stores) {
    try {
      return reason == Reason.UNAUTHORIZED ? stores.checkLogin() : LoginCheck.Answer.UNKNOWN;
    } catch (IOException e) {
      // Only that it is not known.
      return LoginCheck.Answer.UNKNOWN;
    }
  }

  /** The same where no store had a part in it. */
  public void explain(Reason reason, String message) {
    if (stop.cause().isEmpty()) {
      console.explain(reason, message, Optional.empty(), LoginCheck.Answer.UNKNOWN);
    }
  }

  private int readAndWork(List<Result> declared, Action action) {
    Results results;
    Work work;
    try {
      results = Results.open(declared, environment);
    } catch (UsageException e) {
      console.error(String.valueOf(e.getMessage()));
      return USAGE;
    }
    try {
      work = action.read(this);
    } catch (UsageException e) {
      console.error(String.valueOf(e.getMessage()));
      return USAGE;
    } catch (RuntimeException e) {
      // What it is to fail for is not known yet.
      return internal(results, e);
    }
    work.options().warnings().forEach(console::warning);
    EarlierSteps.misspelt(work.options().warnings(), pod.steps()).forEach(console::line);
    work.earlier().unknown().forEach(console::warning);
    int exitCode = work(results, work);
    return work.earlier().failure().map(this::failLike).orElse(exitCode);
  }

  private int internal(Results results, RuntimeException failure) {
    explain(Reason.INTERNAL, Trouble.internal(failure).message());
    try {
      results.write(new StepEnd(Reason.INTERNAL, Map.of()).results());
    } catch (IOException e) {
      console.warning("the results could not be written: " + e);
    }
    return 0;
  }

  private int failLike(EarlierSteps.Failure failure) {
    console.error(
        "the step '"
            + failure.name()
            + "' ended with "
            + failure.exitCode()
            + ", and so does this one: FAIL_IF_FAILED names it");
    return failure.exitCode();
  }

  private int work(Results results, Work work) {
    Worker started = Worker.start(work.body()::run);
    worker = Optional.of(started);
    stop.onRequest(started::interrupt);
    await(started, work.options().timeout());
    Optional<Throwable> failure = started.failure();
    Optional<String> mistake = failure.flatMap(WorkFailure::mistake);
    if (mistake.isPresent()) {
      console.error(mistake.get());
      return USAGE;
    }
    StepEnd end =
        started
            .end()
            .filter(done -> stop.cause().isEmpty() || done.achieved())
            .orElseGet(() -> new StepEnd(reason(failure), Map.of()));
    pod.tell(end.results());
    try {
      results.write(end.results());
    } catch (IOException e) {
      console.warning("the results could not be written: " + e);
      return exitCode(work.options().failOn(), Reason.DISK);
    }
    if (stop.isChanging()) {
      console.error(
          "the cache path holds a part of a restore, which could be neither finished nor undone:"
              + " this step fails, so that no build takes it for whole. The next cache-fetch"
              + " undoes it");
      return FAILED;
    }
    return exitCode(work.options().failOn(), end.reason());
  }

  /** Waits for the work; once TIMEOUT is over it is stopped, but for a change that has begun. */
  private void await(Worker started, Duration timeout) {
    started.await(timeout);
    if (!started.isAtWork()) {
      return;
    }
    long over = System.nanoTime();
    stop.request(Stop.Cause.TIMEOUT);
    do {
      if (stop.isChanging()) {
        console.line("  TIMEOUT is over; " + FINISHING);
      }
      started.await(TIDY_UP);
    } while (started.isAtWork() && stop.isChanging());
    if (started.end().filter(StepEnd::achieved).isPresent()) {
      console.line(
          "  this step ended " + Amounts.seconds(System.nanoTime() - over) + " after TIMEOUT");
    }
  }

  private int exitCode(FailOn failOn, Reason reason) {
    if (!failOn.fails(reason)) {
      return 0;
    }
    console.error(
        reason.word()
            + ": this step fails, since FAIL_ON is "
            + failOn.name().toLowerCase(Locale.ROOT));
    return FAILED;
  }

  /** The reason of work that ended without an outcome. */
  private Reason reason(Optional<Throwable> failed) {
    Optional<Stop.Cause> cause = stop.cause();
    if (cause.isPresent() && !stop.isChanging()) {
      console.explain(
          Reason.TIMEOUT,
          "the step was stopped, and the cache path left as it was",
          Optional.empty(),
          LoginCheck.Answer.UNKNOWN);
      return Reason.TIMEOUT;
    }
    Trouble trouble = WorkFailure.trouble(failed);
    explain(trouble.reason(), trouble.message());
    return trouble.reason();
  }

  /** A shutdown hook: after a normal end there is nothing to stop and nothing left to say. */
  private void terminate() {
    if (worker.isEmpty() || ended.getCount() == 0) {
      return;
    }
    stop.request(Stop.Cause.SIGNAL);
    try {
      while (stop.isChanging() && !ended.await(TIDY_UP.toSeconds(), TimeUnit.SECONDS)) {
        console.line("  this step is to end; " + FINISHING);
      }
      if (!ended.await(TIDY_UP.toSeconds(), TimeUnit.SECONDS)) {
        console.warning("what this step staged could not be removed; the next one does it");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
