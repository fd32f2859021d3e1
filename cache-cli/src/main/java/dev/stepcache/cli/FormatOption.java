package dev.stepcache.cli;

import picocli.CommandLine.Option;

/** Whether a command answers a person, or a program by one JSON document. */
public final class FormatOption {
  private enum Format {
    TEXT,
    JSON
  }

  @Option(
      names = "--output",
      paramLabel = "text|json",
      description = "json: one document, which docs/cli.md describes.")
  private Format format = Format.TEXT;

  /** Whether one JSON document is wanted. */
  public boolean isJson() {
    return format == Format.JSON;
  }
}
