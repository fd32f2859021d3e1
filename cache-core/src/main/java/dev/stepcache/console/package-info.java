/**
 * Outcomes, events and hints in words, for people who read the log of a step. Knows no params'
 * values, no stores and no disk.
 */
@NullMarked
package dev.stepcache.console;

import org.jspecify.annotations.NullMarked;
