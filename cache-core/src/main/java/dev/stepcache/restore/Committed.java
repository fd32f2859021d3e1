package dev.stepcache.restore;

import java.util.Map;

/**
 * What a commit left.
 *
 * @param watermark the ctime of a file made after the last rename: what changed before it was
 *     changed by the commit
 * @param folders the modes that the staged folders have now, the lower 12 bits
 */
public record Committed(long watermark, Map<String, Integer> folders) {
  public Committed {
    folders = Map.copyOf(folders);
  }
}
