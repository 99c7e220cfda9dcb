"""Configuration, wiring, the command line, logging, metrics and the clock."""
