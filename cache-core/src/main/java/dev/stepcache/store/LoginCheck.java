package dev.stepcache.store;

import java.io.IOException;

/**
 * A store that tells, after it refused something, whether it was the login that it refused or only
 * what was asked for. It may take a few requests.
 */
@FunctionalInterface
public interface LoginCheck {
  /** What a store makes of a login. */
  enum Answer {
    /** It knows whose the login is: a right is missing. */
    ACCEPTED,
    /** It refuses the login whatever is asked for: it is wrong or has expired. */
    REFUSED,
    /** There is none: the store was asked by nobody in particular. */
    NONE,
    /** The store does not tell. */
    UNKNOWN
  }

  /** Asks for nothing that needs a right. */
  Answer check() throws IOException;
}
