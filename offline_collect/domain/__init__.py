"""Bills, payments, reversals and business days, and the decision of each command; standard library only."""
