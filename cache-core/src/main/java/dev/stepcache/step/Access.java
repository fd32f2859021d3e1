package dev.stepcache.step;

import java.util.List;
import java.util.Locale;

/**
 * What a run may do.
 *
 * @param readOnly whether nothing may be saved, as for pull requests that nobody has reviewed
 * @param dryRun whether only to say what would be done
 */
public record Access(boolean readOnly, boolean dryRun) {
  private static final Parameter MODE = Parameter.text("MODE").fallingBackTo("read-write");
  private static final Parameter DRY_RUN = Parameter.flag("DRY_RUN");

  static final List<Parameter> PARAMETERS = List.of(MODE, DRY_RUN);

  static Access read(Parameters parameters) {
    String mode = parameters.demanded(MODE);
    boolean readOnly =
        switch (mode.toLowerCase(Locale.ROOT)) {
          case "read" -> true;
          case "read-write" -> false;
          default ->
              throw parameters.mistake(MODE, "'" + mode + "' is no mode: write read or read-write");
        };
    return new Access(readOnly, parameters.flag(DRY_RUN));
  }
}
