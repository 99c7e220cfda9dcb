"""The life of a link's keys."""
