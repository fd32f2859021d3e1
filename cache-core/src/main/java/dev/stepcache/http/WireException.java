package dev.stepcache.http;

import java.io.EOFException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateException;
import java.time.Duration;
import java.util.Optional;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.apache.hc.client5.http.ClientProtocolException;
import org.apache.hc.core5.http.ConnectionClosedException;
import org.apache.hc.core5.http.MalformedChunkCodingException;
import org.jspecify.annotations.Nullable;

/** An exchange that brought no whole answer. The message holds no URL's query and no header. */
public final class WireException extends IOException {
  /** What went wrong, as far as it matters for what to do next. */
  public enum Kind {
    /** No connection, a broken one, or nonsense: worth another try. */
    BROKEN,
    /** The certificate was not believed, or no common TLS was found. */
    UNTRUSTED,
    /** The other side speaks no TLS. */
    PLAINTEXT,
    /** The registry pointed to where no login and no request may go. */
    FORBIDDEN_TARGET
  }

  private final Kind kind;
  private final Optional<Duration> retryAfter;

  private WireException(
      Kind kind, String message, Optional<Duration> retryAfter, @Nullable Throwable cause) {
    super(message, cause);
    this.kind = kind;
    this.retryAfter = retryAfter;
  }

  /** The connection failed in mid-answer. */
  public static WireException broken(String message) {
    return new WireException(Kind.BROKEN, message, Optional.empty(), null);
  }

  /** The other side closed the connection in good order before all had come. */
  public static WireException endedEarly() {
    return of(new ConnectionClosedException());
  }

  /**
   * The server asks to come again.
   *
   * @param retryAfter when, as it says
   */
  public static WireException busy(String message, Optional<Duration> retryAfter) {
    return new WireException(Kind.BROKEN, message, retryAfter, null);
  }

  /** The server leads where nobody may be sent. */
  public static WireException misled(String message) {
    return new WireException(Kind.FORBIDDEN_TARGET, message, Optional.empty(), null);
  }

  static WireException of(IOException e) {
    String message = String.valueOf(e.getMessage());
    return switch (e) {
      case WireException known -> known;
      case UnknownHostException unknown ->
          new WireException(Kind.BROKEN, "no such host: " + message, Optional.empty(), e);
      case SocketTimeoutException silent ->
          new WireException(Kind.BROKEN, "no answer in time: " + message, Optional.empty(), e);
      case ConnectException refused -> new WireException(Kind.BROKEN, message, Optional.empty(), e);
      case SSLException tls -> new WireException(kindOf(tls), message, Optional.empty(), e);
      case SocketException broken -> new WireException(Kind.BROKEN, message, Optional.empty(), e);
      case ConnectionClosedException early ->
          new WireException(Kind.BROKEN, "the connection ended early", Optional.empty(), e);
      case MalformedChunkCodingException early ->
          new WireException(Kind.BROKEN, "the connection ended early", Optional.empty(), e);
      // What was no HTTP may be quoted, and so may what it says of another URL.
      case ClientProtocolException nonsense ->
          broken("no HTTP (" + named(nonsense.getCause() == null ? e : nonsense.getCause()) + ")");
      // Other messages may quote the URL as well, which may be a signed one.
      default ->
          broken(message.contains("://") ? "the connection broke (" + named(e) + ")" : message);
    };
  }

  /** A failure to reach a proxy, or of its TLS, which is not the registry's. */
  static WireException ofProxy(String proxy, IOException e) {
    WireException failure = of(e);
    boolean plain = failure.kind == Kind.PLAINTEXT;
    return new WireException(
        plain ? Kind.UNTRUSTED : failure.kind,
        "proxy " + proxy + ": " + (plain ? "it speaks no TLS" : failure.getMessage()),
        Optional.empty(),
        e);
  }

  private static String named(Throwable e) {
    return e.getClass().getSimpleName();
  }

  private static Kind kindOf(SSLException e) {
    if (String.valueOf(e.getMessage()).contains("Unsupported or unrecognized SSL message")) {
      return Kind.PLAINTEXT;
    }
    for (Throwable cause = e; cause != null; cause = cause.getCause()) {
      if (cause instanceof CertificateException
          || cause instanceof CertPathValidatorException
          || cause instanceof SSLPeerUnverifiedException) {
        return Kind.UNTRUSTED;
      }
      if (cause instanceof SocketException
          || cause instanceof EOFException
          || cause instanceof SocketTimeoutException) {
        return Kind.BROKEN;
      }
    }
    return e instanceof SSLHandshakeException ? Kind.UNTRUSTED : Kind.BROKEN;
  }

  /** What kind of failure it is. */
  public Kind kind() {
    return kind;
  }

  /** Whether the other side said nothing, or too late. */
  public boolean wasSilence() {
    for (Throwable cause = this; cause != null; cause = cause.getCause()) {
      if (cause instanceof SocketTimeoutException) {
        return true;
      }
    }
    return false;
  }

  /** Whether the other side closed the connection in good order before all had come. */
  public boolean wasEarlyEnd() {
    return getCause() instanceof ConnectionClosedException
        || getCause() instanceof MalformedChunkCodingException;
  }

  /** When the server asks to come again, where it says that. */
  public Optional<Duration> retryAfter() {
    return retryAfter;
  }
}
