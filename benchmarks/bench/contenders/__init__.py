"""Who takes part: each says which program does a row's work."""
