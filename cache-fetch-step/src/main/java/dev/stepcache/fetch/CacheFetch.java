package dev.stepcache.fetch;

import dev.stepcache.step.Result;
import dev.stepcache.step.Step;
import dev.stepcache.syscall.Umask;
import java.util.List;

/** The StepAction cache-fetch: restores the cache path from what is stored under its key. */
public final class CacheFetch {
  private CacheFetch() {}

  /** The step: its params are in the environment, lists in the args. Ends the process. */
  public static void main(String[] args) {
    Umask.own();
    Step.main(Result.OF_FETCH, step -> read(step, List.of(args)));
  }

  /**
   * Reads the params of a run, and says what is left to do; no network traffic yet.
   *
   * @throws dev.stepcache.step.UsageException for a mistake
   */
  public static Step.Work read(Step step, List<String> args) {
    FetchOptions options = FetchOptions.read(step.environment(), args);
    return new Step.Work(
        options.step(), step.earlier(List.of()), () -> new FetchRun(step, options).run());
  }
}
