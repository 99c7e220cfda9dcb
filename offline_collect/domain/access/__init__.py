"""Who may do what: permissions, roles, and who acts."""
