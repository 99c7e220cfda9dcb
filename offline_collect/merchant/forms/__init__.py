"""Payment forms: read, checked, compared, published."""
