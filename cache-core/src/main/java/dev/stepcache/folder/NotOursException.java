package dev.stepcache.folder;

import dev.stepcache.tree.FileNames;
import java.io.IOException;

/** Something else has a name that is ours: what it leads to is not looked at. */
public final class NotOursException extends IOException {
  NotOursException(byte[] name) {
    super(FileNames.shown(name) + " is no file of ours: it is a link, a fifo or a folder");
  }
}
