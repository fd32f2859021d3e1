package dev.stepcache.console;

import dev.stepcache.outcome.CacheEvent;
import dev.stepcache.text.Printable;

/** What a person should know, and that changes nothing about the outcome, in a sentence. */
public final class Notices {
  private Notices() {}

  /** The sentence of a notice, in one line, without its full stop. */
  public static String of(CacheEvent.Notice notice) {
    return switch (notice) {
      case CacheEvent.LeftOut left -> leftOut(left);
      case CacheEvent.Rescanned(int count, var names) ->
          files(count) + " changed while the cache path was read; scanning again: " + names;
      case CacheEvent.TimesOutOfRange(int count, var names) ->
          files(count)
              + " with a time before 1677 or after 2262, which is saved as the nearest that an image"
              + " holds: "
              + names;
      case CacheEvent.LayoutUnclear(String layout, String why) ->
          "the OCI layout in "
              + (layout.isEmpty() ? "the cache path" : Printable.of(layout))
              + " is saved with all its blobs, needed or not: "
              + why;
      case CacheEvent.TargetUnknown(var target, var trouble) ->
          "what lies under "
              + target
              + " is not known, and the store answers otherwise, so the cache is saved: "
              + trouble.message();
      case CacheEvent.Resent(var trouble) ->
          trouble.message() + "; the store had said to have them, so they are sent";
      case CacheEvent.TagLeftAlone(var tag, String repository) ->
          "the tag '"
              + tag
              + "' of "
              + repository
              + " holds what no cache tool made, and is left alone: give the cache a repository of"
              + " its own";
      case CacheEvent.TagOfAnotherPlatform(var tag, var there, var here) ->
          "the tag '"
              + tag
              + "' names a cache for "
              + there
              + ", this is "
              + here
              + "; it is left alone: write {{arch}} into ROLLING_TAG, such as main-{{arch}}";
      case CacheEvent.TagNotMoved(var tag, var trouble) ->
          "the tag '" + tag + "' could not be moved: " + trouble.message();
      case CacheEvent.NoLocalIndex(var trouble) -> "no local index was left: " + trouble.message();
      case CacheEvent.PassedOver(var reference, var trouble) ->
          "passed over " + reference + ": " + trouble;
      case CacheEvent.NotWrittenThrough(var target, var trouble) ->
          "not written through to " + target + ": " + trouble;
      case CacheEvent.InterruptedBefore before ->
          "a restore into the cache path was interrupted; a fetch would undo it first";
    };
  }

  private static String leftOut(CacheEvent.LeftOut left) {
    return switch (left.kind()) {
      case SPECIAL -> left.count() + " sockets, fifos or devices are left out of the cache";
      case MOUNTED ->
          left.count()
              + (left.count() == 1 ? " mount point is" : " mount points are")
              + " left out of the cache, with all below, since nothing could be restored there"
              + " (mounted beside the cache path it could be one more of CACHE_PATHS): "
              + left.names();
      case UNREADABLE ->
          left.count()
              + " files or folders cannot be read, and are left out of the cache"
              + " (SKIP_UNREADABLE): "
              + left.names();
      case VANISHED ->
          files(left.count())
              + " vanished while the cache path was read; left out: "
              + left.names();
      case CREDENTIALS ->
          "left out, for having the names of credentials (INCLUDE_SECRETS \"true\" keeps them): "
              + files(left.count())
              + ": "
              + left.names();
    };
  }

  private static String files(int count) {
    return count == 1 ? "1 file" : count + " files";
  }
}
