"""Single values inside an element: encoding, padding, length prefix and constant."""
