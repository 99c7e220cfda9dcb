"""The web console: pages over the use cases, for people who do not type commands; no rule, no SQL (docs/console.md)."""
