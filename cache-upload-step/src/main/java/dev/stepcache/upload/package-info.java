/** The StepAction cache-upload: its options and one switch. */
@NullMarked
package dev.stepcache.upload;

import org.jspecify.annotations.NullMarked;
