package dev.stepcache.oauth;

import dev.stepcache.store.StoreException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * A file that holds a credential, and that its owner may renew at any time: it is read anew each
 * time.
 *
 * @param named who names it, such as a param or a variable, for people
 */
public record CredentialFile(Path path, String named) {
  private static final int LARGEST = 1 << 18;

  /** Its bytes; a failure is {@link StoreException.MissingCredentials}. */
  public byte[] bytes(String operation) throws StoreException {
    try (InputStream in = Files.newInputStream(path)) {
      byte[] bytes = in.readNBytes(LARGEST + 1);
      if (bytes.length > LARGEST) {
        throw missing(operation, "it is larger than " + LARGEST + " bytes", null);
      }
      return bytes;
    } catch (NoSuchFileException e) {
      throw missing(operation, "there is no such file", e);
    } catch (StoreException e) {
      throw e;
    } catch (IOException e) {
      throw missing(operation, "it cannot be read (" + e.getClass().getSimpleName() + ")", e);
    }
  }

  /** Its text without white space at its ends; empty fails too. */
  public String text(String operation) throws StoreException {
    String text = new String(bytes(operation), StandardCharsets.UTF_8).strip();
    if (text.isEmpty()) {
      throw missing(operation, "it is empty", null);
    }
    return text;
  }

  /** What is wrong with it, for people. */
  public StoreException.MissingCredentials missing(
      String operation, String why, @Nullable Throwable cause) {
    return new StoreException.MissingCredentials(
        operation + ": " + path + ", which " + named + " names: " + why, cause);
  }
}
