"""Where caches lie that lie in no registry: each kind says which server stands in for it, and how that lists what it holds."""
