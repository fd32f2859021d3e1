/**
 * What a step may use of the machine, and who gets which share of it. Asked once, at the top, and
 * handed down: no other room asks the JVM.
 */
@NullMarked
package dev.stepcache.resources;

import org.jspecify.annotations.NullMarked;
