/**
 * What a verb tells: events while it runs, the reason that it ends with, troubles, outcomes, and
 * the record that a fetch leaves for the upload of its pod. Knows neither how a verb works, nor the
 * words that people read.
 */
@NullMarked
package dev.stepcache.outcome;

import org.jspecify.annotations.NullMarked;
