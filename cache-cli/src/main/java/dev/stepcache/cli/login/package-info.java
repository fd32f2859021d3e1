/** Logins that the programs of a docker config know. Knows no stores and no commands. */
@NullMarked
package dev.stepcache.cli.login;

import org.jspecify.annotations.NullMarked;
