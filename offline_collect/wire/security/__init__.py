"""Message authentication codes and keys: algorithms, check values, key blocks, encryption at rest."""
