"""Files that banks send: read in chunks, what is wrong with them collected, each taken once and as a whole."""
