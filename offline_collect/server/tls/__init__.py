"""TLS of links: certificates of the platform and its peers, replaced without dropping a connection."""
