"""One value inside an element: its encodings, filler, prefix and constant."""
