package dev.stepcache.tree;

import java.io.IOException;

/** Something else has a name that is ours: what it leads to is not looked at. */
final class NotOursException extends IOException {
  NotOursException(byte[] name) {
    super(FileNames.shown(name) + " is no file of ours: it is a link, a fifo or a folder");
  }
}
