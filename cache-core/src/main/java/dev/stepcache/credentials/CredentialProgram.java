package dev.stepcache.credentials;

import java.io.IOException;
import java.util.Optional;

/**
 * Runs the program that a docker config leaves a login to. A step runs none; a command line on
 * somebody's machine does.
 */
@FunctionalInterface
public interface CredentialProgram {
  /**
   * The login that a program has for a registry; empty where it has none.
   *
   * @param program its whole name, such as {@code docker-credential-pass}
   * @param server the registry, as docker names it to such programs
   * @throws IOException that says why there is no answer, without anything of it; its message goes
   *     on where the program's name ends
   */
  Optional<Login> ask(String program, String server) throws IOException;
}
