package dev.stepcache.store;

import dev.stepcache.oci.Tag;
import java.io.IOException;
import java.time.Instant;
import java.util.Map;

/** A store that tells since when each tag names what it names now. */
@FunctionalInterface
public interface TagTimes {
  /** By tags; nothing of those of which it does not tell, and of none where it may not be asked. */
  Map<Tag, Instant> tagTimes() throws IOException;
}
