package dev.stepcache.e2e;

import java.util.Map;

/**
 * How a step ended.
 *
 * @param log stdout and stderr, as a pipeline shows them
 * @param results the result files that it wrote, by name
 */
record StepRun(int exitCode, String log, Map<String, String> results) {}
