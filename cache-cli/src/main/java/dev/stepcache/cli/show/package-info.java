/** What is in one cache. Reads all of it; changes nothing, and knows no other command. */
@NullMarked
package dev.stepcache.cli.show;

import org.jspecify.annotations.NullMarked;
