"""Business days: their dates, the calendar, cutover, and whether the clock is reliable."""
