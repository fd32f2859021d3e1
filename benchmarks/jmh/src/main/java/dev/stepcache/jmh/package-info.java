/** How fast the hot rooms are, each alone and warmed up, on the trees of the other benchmarks. */
@NullMarked
package dev.stepcache.jmh;

import org.jspecify.annotations.NullMarked;
