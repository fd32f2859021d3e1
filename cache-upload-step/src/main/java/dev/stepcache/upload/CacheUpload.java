package dev.stepcache.upload;

import dev.stepcache.step.Result;
import dev.stepcache.step.Step;
import java.util.List;

/** The StepAction cache-upload: saves the cache path under its key. */
public final class CacheUpload {
  private CacheUpload() {}

  /** The step: its params are in the environment, lists in the args. Ends the process. */
  public static void main(String[] args) {
    Step.main(Result.OF_UPLOAD, step -> read(step, List.of(args)));
  }

  /**
   * Reads the params of a run, and says what is left to do; no network traffic yet.
   *
   * @throws dev.stepcache.step.UsageException for a mistake
   */
  public static Step.Work read(Step step, List<String> args) {
    UploadOptions options = UploadOptions.read(step.environment(), args);
    return new Step.Work(
        options.step(),
        step.earlier(options.failIfFailed()),
        () -> new UploadRun(step, options).run());
  }
}
