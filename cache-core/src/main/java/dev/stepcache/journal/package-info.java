/**
 * What a restore writes down before it does it: the journal of the commit, and the list of what was
 * staged (docs/format.md). Reads back what is left after a kill, of any length and form.
 */
@NullMarked
package dev.stepcache.journal;

import org.jspecify.annotations.NullMarked;
