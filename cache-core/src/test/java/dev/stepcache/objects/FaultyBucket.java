package dev.stepcache.objects;

import dev.stepcache.registry.FaultRules;
import dev.stepcache.registry.FaultyServer;

/**
 * A bucket that goes wrong, in a stand-in for its service.
 *
 * @param <S> the service's
 */
public abstract class FaultyBucket<S extends StandInServer> implements FaultyServer {
  protected final S server;

  protected FaultyBucket(S server) {
    this.server = server;
  }

  /** The stand-in itself. */
  public final StandInServer server() {
    return server;
  }

  @Override
  public final String host() {
    return server.host();
  }

  @Override
  public final FaultRules faults() {
    return server.faults();
  }

  @Override
  public final int requests() {
    return 40;
  }

  @Override
  public final void close() {
    server.close();
  }
}
