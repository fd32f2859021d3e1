/**
 * Why a key is what it is: its files, how they differ from those behind a cache, and the causes
 * that are known for that. Changes nothing; knows no verbs.
 */
@NullMarked
package dev.stepcache.cli.explain;

import org.jspecify.annotations.NullMarked;
