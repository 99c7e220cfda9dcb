"""What all use cases share: errors, documents."""
