package dev.stepcache.http;

import java.io.IOException;
import java.io.InputStream;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.http.ProtocolException;
import org.apache.hc.core5.http.config.Http1Config;
import org.apache.hc.core5.http.impl.io.DefaultHttpResponseParser;
import org.apache.hc.core5.http.io.SessionInputBuffer;

/**
 * Reads a connection's answers, with no more than a few interim ones (1xx) before each: the library
 * would wait through them for ever, since none of them is silence.
 */
final class Interims extends DefaultHttpResponseParser {
  private static final int MOST = 16;

  private int seen;

  Interims(Http1Config config) {
    super(config);
  }

  @Override
  public ClassicHttpResponse parse(SessionInputBuffer buffer, InputStream in)
      throws IOException, HttpException {
    ClassicHttpResponse answer = super.parse(buffer, in);
    seen = answer.getCode() < 200 ? seen + 1 : 0;
    if (seen > MOST) {
      throw new ProtocolException("more than " + MOST + " interim answers");
    }
    return answer;
  }
}
