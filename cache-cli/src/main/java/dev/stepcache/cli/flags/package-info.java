/**
 * The params of the StepActions as options of a command. Knows how a param becomes an option and
 * back, and the words that go with it; knows no stores and no verbs.
 */
@NullMarked
package dev.stepcache.cli.flags;

import org.jspecify.annotations.NullMarked;
