/** The StepAction cache-fetch: its options and one switch. */
@NullMarked
package dev.stepcache.fetch;

import org.jspecify.annotations.NullMarked;
