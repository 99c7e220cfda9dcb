"""Mappings of merchants' files: proposed, remembered, shown, forgotten."""
