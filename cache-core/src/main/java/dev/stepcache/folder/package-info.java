/**
 * An open folder, and what is done to the names in it: nothing is looked up from the root again, so
 * that no link that is put in a folder's place leads elsewhere. By system calls, or by the JDK's
 * SecureDirectoryStream.
 */
@NullMarked
package dev.stepcache.folder;

import org.jspecify.annotations.NullMarked;
