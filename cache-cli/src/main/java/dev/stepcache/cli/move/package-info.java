/**
 * The steps' own work from a command line: fetch and upload. Knows the mains of both steps, what is
 * around them here, and how it looks on a terminal; knows no stores.
 */
@NullMarked
package dev.stepcache.cli.move;

import org.jspecify.annotations.NullMarked;
