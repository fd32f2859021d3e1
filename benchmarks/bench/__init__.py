"""Times whole runs of stepcache beside its peer, plain pipes and a plain copy."""
