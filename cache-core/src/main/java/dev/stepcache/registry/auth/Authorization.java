package dev.stepcache.registry.auth;

import dev.stepcache.credentials.Login;
import dev.stepcache.http.Origin;
import dev.stepcache.retry.Attempts;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What to send as Authorization to one repository's registry. A user and password, or a registry
 * token, go out with the first request: OpenShift's registry takes them as they are, and elsewhere
 * the challenge costs no more than it would have anyway. Tokens that the registry took are kept for
 * each kind of access, and replaced when it no longer takes them.
 */
public final class Authorization {
  private static final String BEARER = "Bearer ";

  private final Login login;
  private final String repository;
  private final RegistryTokenService service;
  private final Map<RepositoryAccess, String> tokens = new HashMap<>();
  private boolean challenged;
  private boolean taken;

  /**
   * Knows no token yet.
   *
   * @param repository that the tokens are for, without the registry's host
   */
  public Authorization(Login login, String repository, RegistryTokenService service) {
    this.login = login;
    this.repository = repository;
    this.service = service;
  }

  /** Whether there is anything to log in with. */
  public boolean isAnonymous() {
    return login instanceof Login.Anonymous;
  }

  /** The name of the account, for messages. */
  public String account() {
    return login.account();
  }

  /** The header to send now. */
  public synchronized Optional<String> header(RepositoryAccess access) {
    String header = tokens.get(access);
    // A token to push with says nothing of another repository, and with one that is good for too
    // little some registries do not refuse to mount: they open a session instead.
    if (header == null && access.source().isEmpty()) {
      header = tokens.get(RepositoryAccess.PUSH);
    }
    if (header != null) {
      return Optional.of(header);
    }
    return login instanceof Login.Basic basic && !challenged
        ? Optional.of(BasicScheme.header(basic))
        : login.bearer().map(token -> BEARER + token);
  }

  /**
   * The header to answer a 401 with; empty if the 401 is the last word. Whoever asks may do so once
   * for a request.
   *
   * @param sent what the refused request had carried
   * @param attempts of whose requests one may be for a token
   */
  public Optional<String> answer(
      List<String> wwwAuthenticate,
      RepositoryAccess access,
      Optional<String> sent,
      Origin registry,
      Attempts attempts)
      throws IOException {
    if (login instanceof Login.ServiceAccount account) {
      // Its owner may have renewed it; a challenge has nothing better to offer.
      return account
          .bearer()
          .map(token -> BEARER + token)
          .filter(now -> !Optional.of(now).equals(sent));
    }
    List<Challenge> challenges = ChallengeParser.parse(wwwAuthenticate);
    for (Challenge challenge : challenges) {
      if (challenge.scheme().equals("bearer") && challenge.parameter("realm").isPresent()) {
        return bearer(challenge, access, registry, attempts);
      }
    }
    boolean asksForBasic = challenges.stream().anyMatch(one -> one.scheme().equals("basic"));
    if (asksForBasic && login instanceof Login.Basic user) {
      return Optional.of(BasicScheme.header(user))
          .filter(header -> !Optional.of(header).equals(sent));
    }
    return Optional.empty();
  }

  private Optional<String> bearer(
      Challenge challenge, RepositoryAccess access, Origin registry, Attempts attempts)
      throws IOException {
    if (login instanceof Login.RegistryToken) {
      return Optional.empty();
    }
    List<String> scopes = scopes(challenge, access.scopes(repository));
    // Not under the lock, and a token of one's own: one that somebody else was given meanwhile may
    // be good for a single use.
    return Optional.of(BEARER + service.token(challenge, scopes, login, registry, attempts));
  }

  /** What the registry asks for, and what is needed of another repository besides. */
  private static List<String> scopes(Challenge challenge, List<String> needed) {
    Optional<String> asked = challenge.parameter("scope");
    if (asked.isEmpty()) {
      return needed;
    }
    List<String> scopes = new ArrayList<>(List.of(asked.get().strip().split(" +", -1)));
    needed.stream().skip(1).filter(scope -> !scopes.contains(scope)).forEach(scopes::add);
    return scopes;
  }

  /**
   * Whether a 403 may have been meant for the password that was sent without being asked for; it is
   * held back from then on. Once the registry has taken it, a 403 is a denial.
   */
  public synchronized boolean holdBack(Optional<String> sent) {
    if (challenged || taken || !(login instanceof Login.Basic user)) {
      return false;
    }
    challenged = true;
    return sent.equals(Optional.of(BasicScheme.header(user)));
  }

  /** The registry did not mind what it was sent; a token is for everybody from now on. */
  public synchronized void taken(RepositoryAccess access, Optional<String> sent) {
    taken = true;
    Optional<String> token = sent.filter(header -> header.startsWith(BEARER));
    if (token.isPresent()) {
      tokens.put(access, token.get());
      challenged = true;
    }
  }
}
