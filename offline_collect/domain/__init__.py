"""Bills, payments, reversals and business days, and how each command is decided; standard library only."""
