"""Readers and writers of files from and for merchants, banks and front-end processors."""
