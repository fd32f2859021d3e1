package dev.stepcache.registry;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.net.spi.InetAddressResolver;
import java.net.spi.InetAddressResolverProvider;
import java.util.stream.Stream;

/**
 * Names of a cluster's services, as its pods resolve them: here they are all this machine. And one
 * that is a trap.
 */
public final class ClusterNames extends InetAddressResolverProvider {
  /** A harmless name, behind which a cloud's metadata service answers. */
  static final String METADATA = "storage.metadata.test";

  @Override
  public InetAddressResolver get(Configuration configuration) {
    InetAddressResolver usual = configuration.builtinResolver();
    return new InetAddressResolver() {
      @Override
      public Stream<InetAddress> lookupByName(String host, LookupPolicy policy)
          throws UnknownHostException {
        if (host.equals(METADATA)) {
          return Stream.of(
              InetAddress.getByAddress(
                  host, new byte[] {(byte) 169, (byte) 254, (byte) 169, (byte) 254}));
        }
        return host.endsWith(".svc") || host.endsWith(".svc.cluster.local")
            ? Stream.of(InetAddress.getByAddress(host, new byte[] {127, 0, 0, 1}))
            : usual.lookupByName(host, policy);
      }

      @Override
      public String lookupByAddress(byte[] address) throws UnknownHostException {
        return usual.lookupByAddress(address);
      }
    };
  }

  @Override
  public String name() {
    return "names of a cluster's services";
  }
}
