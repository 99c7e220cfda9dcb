"""Message authentication codes and keys: algorithms, check values, key blocks, keys at rest."""
