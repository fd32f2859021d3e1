/**
 * The verbs: fetch and upload. Java callers use {@link dev.stepcache.cache.Caches}:
 *
 * {@snippet :
 * try (LayoutStore store = new LayoutStore(Path.of("/caches/go"))) {
 *   StoreReference reference = new StoreReference.InLayout(Path.of("/caches/go"), new Tag(key));
 *   Caches caches = Caches.in(Path.of("/workspace/.cache/go"));
 *   FetchOutcome fetched = caches.fetch(store, reference);
 *   build(fetched.reason() == Reason.HIT);
 *   UploadOutcome uploaded = caches.upload(store, reference);
 * }
 * }
 *
 * <pre>
 *   fetch:  manifest -> index -> layers, each verified while it is unpacked -> commit -> local index
 *   upload: what is there? -> scan, compare -> layers, packed and sent -> index, config -> manifest
 * </pre>
 *
 * Knows nothing of the environment, of YAML, of params or of exit codes, nor how a store works.
 */
@NullMarked
package dev.stepcache.cache;

import org.jspecify.annotations.NullMarked;
