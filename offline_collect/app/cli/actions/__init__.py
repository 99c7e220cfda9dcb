"""What commands do, between their options and the use cases."""
