"""What the back office reads and writes: merchants, customers, bills, users, audit."""
