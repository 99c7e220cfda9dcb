"""Elements to values and back: the codec, its spec for pyiso8583, and the allowed contents of each kind."""
