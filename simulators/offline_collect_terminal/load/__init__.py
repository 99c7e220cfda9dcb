"""Load: as many payments or lookups as the platform accepts, from a client with little cost for each."""
