"""Reading Excel files, new and old, in a guarded process."""
