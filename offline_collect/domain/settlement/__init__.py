"""What merchants are paid for settled days: when, how much, and the entries of it."""
