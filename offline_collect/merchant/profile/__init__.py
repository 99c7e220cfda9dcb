"""What a merchant is: registration, rules, changes, closing."""
