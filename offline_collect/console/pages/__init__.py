"""The pages: one module each, with its template beside it."""
