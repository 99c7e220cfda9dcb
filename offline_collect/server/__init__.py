"""All TCP: links and their connections, sign-on, back-pressure, the drain, and the operator's HTTP pages."""
