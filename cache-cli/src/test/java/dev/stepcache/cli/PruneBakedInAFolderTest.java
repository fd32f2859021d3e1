package dev.stepcache.cli;

/** prune --baked in an OCI image layout, whose sweep takes the images of an index that went. */
class PruneBakedInAFolderTest extends PruneBakedContract {
  @Override
  String repository() {
    return "file://" + folder.resolve("store");
  }
}
