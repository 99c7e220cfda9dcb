"""One connection: its bytes, its session, its requests and answers, and its end."""
