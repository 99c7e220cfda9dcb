"""Elements to values and back: the codec, the spec it gives pyiso8583, and what each kind may contain."""
