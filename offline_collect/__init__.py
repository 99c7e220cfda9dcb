"""Bill collection for merchants without an information system."""
