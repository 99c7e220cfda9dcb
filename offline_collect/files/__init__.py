"""Readers and writers of what merchants, banks and front-end processors hand over."""
