"""Bytes to values and back: frames, dialects, the codec, PDS, the message set and masking.

Pure: no clock, no sockets, no files. Dialects and the message set are compiled from mappings that the caller
has read from YAML. docs/integration.md is the contract with the peers.
"""
