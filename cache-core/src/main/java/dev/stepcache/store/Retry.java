package dev.stepcache.store;

import java.time.Duration;

/** A request that failed and is tried again after a pause. */
public record Retry(String request, String failure, Duration pause) {}
