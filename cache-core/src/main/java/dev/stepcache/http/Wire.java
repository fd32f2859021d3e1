package dev.stepcache.http;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.HttpURLConnection;
import java.net.ProtocolException;
import java.net.Proxy;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.WeakHashMap;
import javax.net.ssl.HttpsURLConnection;

/**
 * Single HTTP/1.1 exchanges over connections that are kept alive: no redirect is followed, nobody
 * is asked for a password, nothing is cached. Trouble with the other side is a {@link
 * WireException}; trouble with a body's source is thrown as it came.
 */
public final class Wire implements Closeable {
  private static final int BUFFER = 1 << 16;
  private static final String TUNNEL_LOGINS = "jdk.http.auth.tunneling.disabledSchemes";

  static {
    // Java by itself logs in to no proxy that tunnels with a password; read once, at first use.
    if (System.getProperty(TUNNEL_LOGINS) == null) {
      System.setProperty(TUNNEL_LOGINS, "");
    }
    // Each connection gets sockets of its own; without a default Java would read all its roots
    // for one before that.
    HttpsURLConnection.setDefaultSSLSocketFactory(new NoSockets());
  }

  private final Trust trust;
  private final boolean insecure;
  private final Proxies proxies;
  private final Limits limits;
  private final SilenceWatch watch;
  private final ProxyLogin proxyLogin;
  private final Map<Boolean, TlsSockets> sockets = new HashMap<>();

  /** Those in use; weak, since one that never got an answer has no end. */
  private final Set<HttpURLConnection> connections = Collections.newSetFromMap(new WeakHashMap<>());

  private boolean closed;

  public Wire(Trust trust, boolean insecure, Proxies proxies, Limits limits) {
    this.trust = trust;
    this.insecure = insecure;
    this.proxies = proxies;
    this.limits = limits;
    this.watch = new SilenceWatch(limits.silence());
    this.proxyLogin = new ProxyLogin(proxies.https().map(URI::getUserInfo).orElse(""));
  }

  /** What a server says to a word of TLS; unclear where a proxy lies between. */
  public Greeting greet(Origin server, Duration patience) {
    if (proxies.proxyFor(server).isPresent()) {
      return Greeting.UNCLEAR;
    }
    int wait = Limits.millis(patience);
    return Greeting.of(
        server, Math.min(limits.connectMillis(), wait), Math.min(limits.silenceMillis(), wait));
  }

  /** Sends a request and waits for the answer's head, for at most {@code patience}. */
  public Response send(Request request, Duration patience) throws IOException {
    HttpURLConnection connection = open(request.uri(), patience);
    boolean answered = false;
    try {
      connection.setRequestMethod(request.method());
      for (Map.Entry<String, String> header : request.headers().entrySet()) {
        connection.setRequestProperty(header.getKey(), header.getValue());
      }
      write(connection, request.body());
      Response response = answer(connection, request.uri());
      answered = true;
      return response;
    } finally {
      if (!answered) {
        connection.disconnect();
      }
    }
  }

  private HttpURLConnection open(URI uri, Duration patience) throws IOException {
    Optional<URI> proxy = proxies.proxyFor(Origin.of(uri));
    HttpURLConnection connection =
        (HttpURLConnection)
            uri.toURL().openConnection(proxy.map(Proxies::connection).orElse(Proxy.NO_PROXY));
    remember(connection);
    connection.setInstanceFollowRedirects(false);
    connection.setUseCaches(false);
    connection.setAllowUserInteraction(false);
    int wait = Limits.millis(patience);
    connection.setConnectTimeout(Math.min(limits.connectMillis(), wait));
    connection.setReadTimeout(Math.min(limits.silenceMillis(), wait));
    connection.setRequestProperty("User-Agent", "stepcache");
    Optional<String> user = proxy.map(URI::getUserInfo);
    if (user.isPresent() && uri.getScheme().equalsIgnoreCase("http")) {
      connection.setRequestProperty("Proxy-Authorization", basic(user.get()));
    }
    if (connection instanceof HttpsURLConnection tls) {
      if (user.isPresent()) {
        connection.setAuthenticator(proxyLogin);
      }
      tls.setSSLSocketFactory(sockets(Origin.of(uri)));
      if (insecure) {
        tls.setHostnameVerifier((host, session) -> true);
      }
    }
    return connection;
  }

  private synchronized void remember(HttpURLConnection connection) throws WireException {
    if (closed) {
      throw WireException.broken("the store was closed");
    }
    connections.add(connection);
  }

  private synchronized void forget(HttpURLConnection connection) {
    connections.remove(connection);
  }

  private static String basic(String userInfo) {
    return "Basic " + Base64.getEncoder().encodeToString(userInfo.getBytes(StandardCharsets.UTF_8));
  }

  /** One factory for all with the same trust, since the JDK keeps connections alive by it. */
  private synchronized TlsSockets sockets(Origin target) throws IOException {
    boolean service = trust.isService(target.host());
    TlsSockets made = sockets.get(service);
    if (made == null) {
      made = insecure ? TlsSockets.unverified() : TlsSockets.trusting(trust, service);
      sockets.put(service, made);
    }
    return made;
  }

  private void write(HttpURLConnection connection, Body body) throws IOException {
    String method = connection.getRequestMethod();
    // Most requests of a fetch; what comes below is linked at its first use, for ten milliseconds.
    if (body instanceof Body.None && (method.equals("GET") || method.equals("HEAD"))) {
      return;
    }
    switch (body) {
      case Body.None none ->
          write(connection, new Body.Bytes("application/octet-stream", new byte[0]));
      case Body.Bytes bytes -> {
        connection.setDoOutput(true);
        connection.setRequestProperty("Content-Type", bytes.contentType());
        try (SilenceWatch.Watched watched = watch.watch(connection);
            OutputStream out = connection.getOutputStream()) {
          out.write(bytes.content());
          watched.progress();
        } catch (IOException e) {
          throw WireException.of(e);
        }
      }
      case Body.Blob blob -> {
        connection.setDoOutput(true);
        connection.setFixedLengthStreamingMode(blob.length());
        connection.setRequestProperty("Content-Type", "application/octet-stream");
        stream(connection, blob);
      }
    }
  }

  private void stream(HttpURLConnection connection, Body.Blob blob) throws IOException {
    try (InputStream in = blob.source().open();
        SilenceWatch.Watched watched = watch.watch(connection)) {
      OutputStream out;
      try {
        out = connection.getOutputStream();
      } catch (IOException e) {
        throw WireException.of(e);
      }
      byte[] buffer = new byte[BUFFER];
      long left = blob.length();
      while (left > 0) {
        int count = in.read(buffer, 0, (int) Math.min(buffer.length, left));
        if (count < 0) {
          throw new IOException("a blob ended " + left + " bytes before its length");
        }
        watched.progress();
        try {
          out.write(buffer, 0, count);
        } catch (IOException e) {
          throw watched.wasCut()
              ? WireException.broken("no byte was taken within " + limits.silence())
              : WireException.of(e);
        }
        watched.progress();
        left -= count;
      }
      if (in.read() >= 0) {
        throw new IOException("a blob is longer than its " + blob.length() + " bytes");
      }
      try {
        out.close();
      } catch (IOException e) {
        throw WireException.of(e);
      }
    }
  }

  private Response answer(HttpURLConnection connection, URI uri) throws WireException {
    try {
      int status = connection.getResponseCode();
      if (status < 100) {
        throw new ProtocolException("no HTTP");
      }
      return new Response(connection, uri, status, () -> forget(connection));
    } catch (IOException e) {
      throw WireException.of(e);
    } catch (RuntimeException | StackOverflowError e) {
      // Java reads interim answers recursively, and is not made for all that servers may say.
      throw WireException.broken("no HTTP (" + e.getClass().getSimpleName() + ")");
    }
  }

  /** Breaks what is under way, as far as Java can; nothing is sent any more. Never waits. */
  @Override
  public void close() {
    watch.close();
    List<HttpURLConnection> open;
    synchronized (this) {
      closed = true;
      open = List.copyOf(connections);
      connections.clear();
    }
    for (HttpURLConnection connection : open) {
      // Disconnecting waits for whoever is reading, and so for the limit of silence.
      Thread.ofPlatform().daemon().name("stepcache-disconnect").start(connection::disconnect);
    }
  }
}
