package dev.stepcache.http;

import java.net.Authenticator;
import java.net.PasswordAuthentication;
import org.jspecify.annotations.Nullable;

/**
 * The user and password of a proxy that tunnels. A header would not do: Java sends it through the
 * tunnel to the registry, and not to the proxy. Registries are told nothing.
 */
final class ProxyLogin extends Authenticator {
  private final String userInfo;

  ProxyLogin(String userInfo) {
    this.userInfo = userInfo;
  }

  @Override
  protected @Nullable PasswordAuthentication getPasswordAuthentication() {
    if (getRequestorType() != RequestorType.PROXY) {
      return null;
    }
    int colon = userInfo.indexOf(':');
    String user = colon < 0 ? userInfo : userInfo.substring(0, colon);
    String password = colon < 0 ? "" : userInfo.substring(colon + 1);
    return new PasswordAuthentication(user, password.toCharArray());
  }
}
