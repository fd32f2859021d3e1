package dev.stepcache.cli;

import dev.stepcache.cli.login.DockerCredentialProgram;
import dev.stepcache.connect.OpenStores;
import dev.stepcache.console.Hints;
import dev.stepcache.credentials.CredentialProgram;
import dev.stepcache.outcome.Reason;
import dev.stepcache.outcome.Trouble;
import dev.stepcache.store.LoginCheck;
import dev.stepcache.store.Store;
import dev.stepcache.store.StoreReference;
import java.io.IOException;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What is around a command: where it prints, how it comes to its store, and what becomes of its
 * failures.
 *
 * @param environment holds secrets
 */
public record Session(Output output, Map<String, String> environment) {
  private static final Set<Reason> OF_THE_CACHE =
      EnumSet.of(
          Reason.CORRUPT, Reason.LIMIT, Reason.NOT_A_CACHE, Reason.NEWER_FORMAT, Reason.MISS);

  /** What a command does with its store. */
  public interface Work {
    /** Returns the exit code. */
    int with(Store store) throws IOException;
  }

  /** Something that a person has to be told, and that is no failure of the store. */
  public static final class CacheTrouble extends IOException {
    private final transient Trouble trouble;

    /**
     * @param reason that decides the cure and the exit code
     * @param message a sentence without its full stop
     */
    public CacheTrouble(Reason reason, String message) {
      super(message);
      this.trouble = new Trouble(reason, message);
    }
  }

  /** Runs what a docker config leaves a login to. */
  public CredentialProgram helpers() {
    return new DockerCredentialProgram(environment);
  }

  /** The same with as many stores as the command wants. */
  public interface StoresWork {
    /** Returns the exit code. */
    int with(OpenStores stores) throws IOException;
  }

  /**
   * Opens a store, does the work, closes it, and says what went wrong.
   *
   * @return the exit code: the work's own, or what its failure means
   */
  public int run(ConnectionOptions options, StoreReference reference, Work work) {
    return run(options, List.of(reference), stores -> work.with(stores.of(reference)));
  }

  /**
   * The same with several.
   *
   * @param references that are opened
   */
  public int run(ConnectionOptions options, List<StoreReference> references, StoresWork work) {
    Optional<String> mistake = options.mistakeIn(references);
    if (mistake.isPresent()) {
      output.error(mistake.get());
      return ExitCode.USAGE;
    }
    try (OpenStores stores =
        new OpenStores(
            options.connection(environment).with(helpers()),
            retry -> {},
            notice -> output.error(notice))) {
      try {
        return work.with(stores);
      } catch (CacheTrouble e) {
        return failed(e.trouble, stores);
      } catch (IOException e) {
        return failed(Trouble.of(e), stores);
      }
    }
  }

  private int failed(Trouble trouble, OpenStores stores) {
    String cure = cure(trouble.reason(), stores);
    output.error(trouble.message() + (cure.isEmpty() ? "" : ". " + cure));
    return OF_THE_CACHE.contains(trouble.reason()) ? ExitCode.WRONG : ExitCode.STORE;
  }

  /** Where a step's hint names params, the command line has options instead. */
  private static String cure(Reason reason, OpenStores stores) {
    return switch (reason) {
      case TLS ->
          "Name the certificate authority by --ca or SSL_CERT_FILE; --insecure gives up"
              + " verification, and allows plain http.";
      case CREDENTIALS ->
          "--docker-config names a file, or a folder with config.json, that is there; so do the"
              + " options for the credentials of buckets.";
      case UNAUTHORIZED -> unauthorized(stores);
      case UNREACHABLE -> "Is the name right, and can this machine reach it?";
      case CORRUPT ->
          "stepcache verify says all that is broken; the next upload of the key heals it.";
      case LIMIT -> "A Java with more memory may take it (JAVA_TOOL_OPTIONS=-Xmx4g).";
      case NEWER_FORMAT -> "Update stepcache.";
      // One line says all: nothing stands above it.
      case DISK, NOT_A_CACHE, MISS, REJECTED -> "";
      default -> Hints.of(reason, stores.grant(), LoginCheck.Answer.UNKNOWN);
    };
  }

  private static String unauthorized(OpenStores stores) {
    LoginCheck.Answer login = LoginCheck.Answer.UNKNOWN;
    try {
      login = stores.checkLogin();
    } catch (IOException e) {
      // The refusal itself is told; this would only have explained it.
    }
    return switch (login) {
      case NONE ->
          "No login was sent: log in by docker login, or name a docker config by --docker-config.";
      case REFUSED ->
          "The registry accepts this login for nothing at all: its password or token is wrong or has"
              + " expired. Log in anew.";
      case ACCEPTED, UNKNOWN -> Hints.of(Reason.UNAUTHORIZED, stores.grant(), login);
    };
  }
}
