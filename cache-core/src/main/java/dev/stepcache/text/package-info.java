/**
 * Names and amounts as people may see them: text that cannot forge a line of a log, sizes, rates
 * and counts. Knows nothing of what they are of.
 */
@NullMarked
package dev.stepcache.text;

import org.jspecify.annotations.NullMarked;
