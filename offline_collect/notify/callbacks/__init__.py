"""Takes what comes in by HTTP: reports on messages, answers of payers, links to unsubscribe."""
