"""The kinds of layouts, each with what compiles it: fixed, tagged, delimited, bitmap."""
