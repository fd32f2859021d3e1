package dev.stepcache.registry;

import dev.stepcache.http.Body;
import dev.stepcache.http.PageForPeople;
import dev.stepcache.http.Response;
import dev.stepcache.http.Wire;
import dev.stepcache.http.WireException;
import dev.stepcache.oci.Descriptor;
import dev.stepcache.oci.Digest;
import dev.stepcache.oci.ImageReference;
import dev.stepcache.oci.Manifest;
import dev.stepcache.oci.MediaType;
import dev.stepcache.oci.Tag;
import dev.stepcache.oci.TagOrDigest;
import dev.stepcache.registry.auth.Authorization;
import dev.stepcache.registry.auth.RegistryTokenService;
import dev.stepcache.registry.auth.RepositoryAccess;
import dev.stepcache.store.BlobSource;
import dev.stepcache.store.Deleter;
import dev.stepcache.store.LoginCheck;
import dev.stepcache.store.Lookup;
import dev.stepcache.store.Mounter;
import dev.stepcache.store.Preflight;
import dev.stepcache.store.Store;
import dev.stepcache.store.StoreException;
import dev.stepcache.store.StoreReference;
import dev.stepcache.store.StoredManifest;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** A repository of a registry that speaks the OCI distribution protocol. */
public final class RegistryStore implements Store, Mounter, LoginCheck {
  private static final Map<String, String> ACCEPT =
      Map.of(
          "Accept",
          String.join(
              ", ",
              MediaType.OCI_MANIFEST.value(),
              MediaType.OCI_INDEX.value(),
              MediaType.DOCKER_MANIFEST.value(),
              MediaType.DOCKER_MANIFEST_LIST.value()));

  /** With these somebody says that he takes no HEAD, of whatever blob. */
  private static final Set<Integer> HEADLESS = Set.of(403, 405, 501);

  private static final Set<String> DOCKER_HUB =
      Set.of("docker.io", "index.docker.io", "registry-1.docker.io");

  private final ImageReference image;
  private final String repository;
  private final Requests requests;
  private final Mounts mounts;

  /** Whether somebody said so. */
  private volatile boolean headless;

  /** Opens nothing yet: the first request does. */
  public RegistryStore(RegistrySettings settings) {
    image = settings.image();
    repository = repositoryOf(image);
    Wire wire =
        new Wire(settings.trust(), settings.insecure(), settings.proxies(), settings.limits());
    requests =
        new Requests(
            wire,
            new Endpoint(image.registry(), settings.insecure(), settings.limits()),
            new Authorization(
                settings.login(),
                repository,
                new RegistryTokenService(settings.limits().silence())),
            settings.limits(),
            settings.retryPolicy(),
            settings.listener());
    mounts = new Mounts(requests, repository);
  }

  /** The repository as the registry names it. */
  private static String repositoryOf(ImageReference image) {
    boolean official = DOCKER_HUB.contains(image.registry()) && image.repository().indexOf('/') < 0;
    return official ? "library/" + image.repository() : image.repository();
  }

  /**
   * Beside what this is itself, TagLister and Deleter, by objects of their own: no step lists tags
   * or deletes, and each loads as few classes as it can, so not where an upload asks for a
   * preflight.
   */
  @Override
  public <T> Optional<T> offers(Class<T> capability) {
    Optional<T> own = Store.super.offers(capability);
    return own.isPresent() || capability == Preflight.class ? own : later(capability);
  }

  private <T> Optional<T> later(Class<T> capability) {
    Object other =
        capability == Deleter.class
            ? new Deletions(requests, repository, toString(), this)
            : new TagPages(requests, repository, toString());
    return capability.isInstance(other) ? Optional.of(capability.cast(other)) : Optional.empty();
  }

  /** As the registry names it. */
  String repository() {
    return repository;
  }

  @Override
  public Lookup lookUp(TagOrDigest selector) throws IOException {
    String operation = operation("read", selector);
    Call call = Call.pull(operation, "GET", path("manifests", selector), ACCEPT);
    return requests.send(call, response -> lookup(response, selector, operation));
  }

  /**
   * The same of a digest, empty where the registry failed: asked once, since some do so for what is
   * not there.
   */
  Optional<Lookup> lookUpOnce(Digest digest) throws IOException {
    String operation = operation("read", digest);
    Call call =
        Call.pull(operation, "GET", path("manifests", digest), ACCEPT).busyOn(Call.BUSY_BUT_500);
    return requests.send(
        call,
        response -> {
          if (response.status() == 500) {
            response.close();
            return Optional.empty();
          }
          return Optional.of(lookup(response, digest, operation));
        });
  }

  /** Whether the registry says that it has no such repository. */
  boolean isAbsent() throws IOException {
    Call call =
        Call.pull("look for " + this, "GET", "/v2/" + repository + "/tags/list?n=1", Map.of())
            .busyOn(Call.BUSY_BUT_500);
    return requests.send(
        call,
        response -> {
          try (response) {
            return response.status() == 404;
          }
        });
  }

  private Lookup lookup(Response response, TagOrDigest selector, String operation)
      throws IOException {
    try (response) {
      if (response.status() == 404) {
        return new Lookup.Absent(Refusal.absence(response));
      }
      if (response.status() != 200) {
        throw requests.refusal(operation, response);
      }
      Optional<Long> length = response.contentLength();
      byte[] content =
          length.orElse(0L) > Manifest.LARGEST ? new byte[0] : response.bytes(Manifest.LARGEST + 1);
      if (content.length > Manifest.LARGEST || length.orElse(0L) > Manifest.LARGEST) {
        throw new StoreException.Corrupt(operation + ": the manifest is larger than 4 MiB", null);
      }
      if (length.isPresent() && length.get() != content.length) {
        throw WireException.broken("the connection ended");
      }
      if (PageForPeople.begins(content)) {
        throw Refusal.page(operation, response);
      }
      Digest digest = Digest.of(content);
      checkDigest(response, digest, operation);
      if (selector instanceof Digest asked && !asked.equals(digest)) {
        throw StoreException.Corrupt.of(operation + ": the manifest is " + digest, asked);
      }
      MediaType served = MediaType.parse(response.header("Content-Type").orElse(""));
      MediaType type = served.isVague() ? Manifest.type(content).orElse(served) : served;
      return new Lookup.Found(new StoredManifest(digest, type, content));
    }
  }

  /** A registry that says which digest it gives or has taken must be right. */
  private static void checkDigest(Response response, Digest actual, String operation)
      throws StoreException.Corrupt {
    Optional<String> claimed =
        response.header("Docker-Content-Digest").filter(text -> text.startsWith("sha256:"));
    if (claimed.isPresent() && !claimed.get().equals(actual.toString())) {
      String failure =
          operation + ": the registry claims " + claimed.get() + ", the content is " + actual;
      try {
        throw StoreException.Corrupt.of(failure, Digest.parse(claimed.get()));
      } catch (IllegalArgumentException e) {
        throw new StoreException.Corrupt(failure, e);
      }
    }
  }

  @Override
  public InputStream blob(Descriptor blob) throws IOException {
    String operation = operation("read", blob.digest());
    return new BlobAnswers(requests, path("blobs", blob.digest()), blob.size(), operation).stream();
  }

  @Override
  public boolean has(Descriptor blob) throws IOException {
    return presence(blob) == Presence.THERE;
  }

  /** Where HEAD tells nothing, the first byte is asked for. */
  @Override
  public boolean lacks(Descriptor blob) throws IOException {
    return switch (presence(blob)) {
      case THERE -> false;
      case ABSENT -> true;
      case UNKNOWN -> !canBeHad(blob);
    };
  }

  private Presence presence(Descriptor blob) throws IOException {
    if (headless) {
      return Presence.UNKNOWN;
    }
    String operation = operation("look for", blob.digest());
    Call call =
        Call.pull(operation, "HEAD", path("blobs", blob.digest()), Map.of())
            .busyOn(Call.BUSY_BUT_500);
    try {
      return requests.send(
          call,
          response -> {
            try (response) {
              headless |= HEADLESS.contains(response.status());
              return Presence.of(response.status(), response.contentLength(), blob.size());
            }
          });
    } catch (StoreException.Rejected e) {
      headless = true;
      return Presence.UNKNOWN;
    } catch (StoreException.Unreachable e) {
      if (!e.answered()) {
        throw e;
      }
      return Presence.UNKNOWN;
    }
  }

  private boolean canBeHad(Descriptor blob) throws IOException {
    Call call =
        Call.pull(
            operation("look for", blob.digest()),
            "GET",
            path("blobs", blob.digest()),
            Map.of("Range", "bytes=0-0"));
    try {
      return requests.send(
          call,
          response -> {
            try (response) {
              // An empty blob has no first byte.
              return Set.of(200, 206, 416).contains(response.status());
            }
          });
    } catch (StoreException.Rejected e) {
      return false;
    } catch (StoreException.Unreachable e) {
      if (!e.answered()) {
        throw e;
      }
      return false;
    }
  }

  @Override
  public void upload(Descriptor blob, BlobSource source) throws IOException {
    new BlobUpload(requests, repository, operation("upload", blob.digest())).send(blob, source);
  }

  @Override
  public boolean mount(Descriptor blob, StoreReference from) throws IOException {
    return switch (from) {
      case StoreReference.InRegistry(ImageReference other)
          when other.registry().equals(image.registry()) ->
          mounts.mount(blob, repositoryOf(other), operation("mount", blob.digest()));
      case StoreReference.InRegistry elsewhere -> false;
      case StoreReference.InLayout layout -> false;
      case StoreReference.InBucket bucket -> false;
    };
  }

  /**
   * Asks for the right to send, by a session that is given up.
   *
   * @throws StoreException.Unauthorized if the account has it not
   */
  void askToPush() throws IOException {
    Sessions sessions = new Sessions(requests, repository, "save to " + this);
    sessions.drop(sessions.open());
  }

  /** The distribution specification, determining support: without a login that is good, 401. */
  @Override
  public LoginCheck.Answer check() throws IOException {
    return requests.checkLogin("log in to " + this);
  }

  @Override
  public void put(Tag tag, MediaType mediaType, byte[] manifest) throws IOException {
    putManifest(tag, mediaType, manifest);
  }

  @Override
  public void putUntagged(MediaType mediaType, byte[] manifest) throws IOException {
    putManifest(Digest.of(manifest), mediaType, manifest);
  }

  private void putManifest(TagOrDigest selector, MediaType mediaType, byte[] manifest)
      throws IOException {
    String operation = operation("save", selector);
    Digest digest = Digest.of(manifest);
    Call call =
        new Call(
            operation,
            "PUT",
            URI.create(path("manifests", selector)),
            Map.of(),
            new Body.Bytes(mediaType.value(), manifest),
            RepositoryAccess.PUSH,
            Call.BUSY);
    try {
      requests.send(call, response -> taken(response, digest, operation));
    } catch (StoreException.Unreachable | StoreException.Rejected | StoreException.Throttled e) {
      // OpenShift answers 500 to one of two writers; a broken answer says nothing at all, and a
      // success that is not 201 not enough.
      if (!isThere(selector, digest)) {
        throw e;
      }
    }
  }

  private boolean taken(Response response, Digest digest, String operation) throws IOException {
    try (response) {
      if (response.status() != 201) {
        throw requests.refusal(operation, response);
      }
      checkDigest(response, digest, operation);
      return true;
    }
  }

  private boolean isThere(TagOrDigest selector, Digest digest) throws IOException {
    try {
      return manifest(selector).filter(found -> found.digest().equals(digest)).isPresent();
    } catch (StoreException e) {
      return false;
    }
  }

  private String path(String kind, TagOrDigest selector) {
    return "/v2/" + repository + "/" + kind + "/" + selector;
  }

  private String operation(String verb, TagOrDigest selector) {
    return verb + " oci://" + image.with(selector);
  }

  @Override
  public String toString() {
    return "oci://" + image.registry() + "/" + image.repository();
  }

  @Override
  public void close() {
    requests.end();
  }
}
