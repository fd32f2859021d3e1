package dev.stepcache.http;

import dev.stepcache.store.StoreException;
import java.io.Closeable;
import java.io.IOException;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.hc.client5.http.ConnectTimeoutException;
import org.apache.hc.client5.http.classic.methods.HttpUriRequestBase;
import org.apache.hc.client5.http.config.RequestConfig;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManager;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.io.CloseMode;
import org.apache.hc.core5.util.Timeout;
import org.jspecify.annotations.Nullable;

/**
 * Single HTTP/1.1 exchanges over connections that are kept alive: no redirect is followed, nobody
 * is asked for a password, nothing is cached. A failure of the other side is a {@link
 * WireException}; that of a body's source is thrown as it came.
 */
public final class Wire implements Closeable {
  private static final int PROXY_ASKS = 407;

  private final Proxies proxies;
  private final Limits limits;
  private final StallWatchdog watch;
  private final PoolingHttpClientConnectionManager connections;
  private final CloseableHttpClient client;

  /** Whether the proxy for plain http has asked for a login. */
  private volatile boolean proxyAsks;

  /** Those under way, until nobody reads on. */
  private final Set<HttpUriRequestBase> open = new HashSet<>();

  private boolean closed;

  /**
   * Opens nothing yet.
   *
   * @param insecure whether certificates that nobody believes will do, and plain http
   * @param limits on silence; what is silent for longer fails
   */
  public Wire(Trust trust, boolean insecure, Proxies proxies, Limits limits) {
    this.proxies = proxies;
    this.limits = limits;
    this.watch = new StallWatchdog(limits.silence());
    this.connections = Connections.pool(trust, insecure, proxies, limits);
    this.client = Connections.client(connections, proxies);
  }

  /** What a server says to a word of TLS; unclear where a proxy lies between. */
  public TlsProbe probe(Origin server, Duration patience) throws IOException {
    if (proxies.proxyFor(server).isPresent()) {
      return TlsProbe.UNCLEAR;
    }
    int wait = Limits.millis(patience);
    return TlsProbe.of(
        server, Math.min(limits.connectMillis(), wait), Math.min(limits.silenceMillis(), wait));
  }

  /** Sends a request and waits for the answer's head, for at most {@code patience}. */
  public Response send(Request request, Duration patience) throws IOException {
    Optional<ProxySetting.Server> proxy = proxies.proxyFor(Origin.of(request.uri()));
    boolean told = proxyAsks;
    Response response = exchange(request, proxy, told, patience);
    boolean asks =
        response.status() == PROXY_ASKS && proxy.flatMap(ProxySetting.Server::login).isPresent();
    if (!asks || told || request.isSecure()) {
      return response;
    }
    response.close();
    proxyAsks = true;
    return exchange(request, proxy, true, patience);
  }

  /**
   * @param logsIn whether the proxy is told its login; a tunnel's is told by the library
   */
  private Response exchange(
      Request request, Optional<ProxySetting.Server> proxy, boolean logsIn, Duration patience)
      throws IOException {
    HttpUriRequestBase message = message(request, proxy, logsIn, patience);
    Outgoing body = body(request, message);
    message.setEntity(body);
    remember(message);
    boolean answered = false;
    try {
      ClassicHttpResponse answer =
          client.executeOpen(Connections.host(Origin.of(request.uri())), message, null);
      Response response =
          new Response(answer, request.uri(), message::cancel, () -> forget(message));
      answered = true;
      return response;
    } catch (ConnectException | UnknownHostException | ConnectTimeoutException e) {
      // With a proxy it is the only one that anybody connects to.
      throw proxy.isPresent() ? WireException.ofProxy(proxy.get().toString(), e) : failure(e, body);
    } catch (IOException e) {
      throw failure(e, body);
    } catch (RuntimeException e) {
      // The library is not made for all that servers may say.
      throw WireException.broken("no HTTP (" + e.getClass().getSimpleName() + ")");
    } finally {
      if (!answered) {
        message.cancel();
        forget(message);
      }
    }
  }

  private HttpUriRequestBase message(
      Request request, Optional<ProxySetting.Server> proxy, boolean logsIn, Duration patience) {
    HttpUriRequestBase message = new HttpUriRequestBase(request.method(), request.uri());
    message.setHeader("Accept", "*/*");
    // A proxy that keeps answers may have an older tag.
    message.setHeader("Cache-Control", "no-cache");
    request.headers().forEach(message::setHeader);
    boolean tunnels = proxy.isPresent() && request.isSecure();
    Optional<String> login = proxy.flatMap(ProxySetting.Server::login);
    if (login.isPresent() && logsIn && !tunnels) {
      message.setHeader("Proxy-Authorization", basic(login.get()));
    }
    message.setConfig(config(Limits.millis(patience), tunnels));
    return message;
  }

  /**
   * @param tunnels whether a proxy may ask for a login first
   */
  // What is there instead sets the limit on connecting for all requests alike.
  @SuppressWarnings("deprecation")
  private RequestConfig config(int wait, boolean tunnels) {
    return RequestConfig.custom()
        .setConnectTimeout(Timeout.ofMilliseconds(Math.min(limits.connectMillis(), wait)))
        .setResponseTimeout(Timeout.ofMilliseconds(Math.min(limits.silenceMillis(), wait)))
        .setAuthenticationEnabled(tunnels)
        .setProtocolUpgradeEnabled(false)
        .build();
  }

  private static String basic(String userInfo) {
    return "Basic " + Base64.getEncoder().encodeToString(userInfo.getBytes(StandardCharsets.UTF_8));
  }

  private @Nullable Outgoing body(Request request, HttpUriRequestBase message) {
    String method = request.method();
    boolean carries = !(request.body() instanceof Body.None);
    // Most requests of a fetch; what else there is is linked at its first use, for ten
    // milliseconds.
    if (!carries && (method.equals("GET") || method.equals("HEAD"))) {
      return null;
    }
    return Outgoing.of(request.body(), watch, message::cancel);
  }

  private IOException failure(IOException e, @Nullable Outgoing body) {
    if (body != null && body.failure().isPresent()) {
      return body.failure().get();
    }
    if (e instanceof StoreException said) {
      return said;
    }
    return body != null && body.wasSilence()
        ? WireException.broken("no byte was taken within " + limits.silence())
        : WireException.of(e);
  }

  private synchronized void remember(HttpUriRequestBase message) throws WireException {
    if (closed) {
      throw WireException.broken("the store was closed");
    }
    open.add(message);
  }

  private synchronized void forget(HttpUriRequestBase message) {
    open.remove(message);
  }

  /** Breaks what is under way, and sends nothing any more. Never waits. */
  @Override
  public void close() {
    watch.close();
    List<HttpUriRequestBase> broken;
    synchronized (this) {
      closed = true;
      broken = List.copyOf(open);
      open.clear();
    }
    broken.forEach(HttpUriRequestBase::cancel);
    connections.close(CloseMode.IMMEDIATE);
  }
}
