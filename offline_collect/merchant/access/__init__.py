"""Users, their roles, and what they may see."""
