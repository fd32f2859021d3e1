package dev.stepcache.oci;

/** How a layer's tar is compressed (OCI image specification, layer media types). */
public enum LayerCompression {
  NONE,
  GZIP,
  ZSTD
}
