"""Business days: their dates, the calendar, cutover, and whether a clock can be believed."""
