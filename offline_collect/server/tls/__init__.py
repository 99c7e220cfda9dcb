"""TLS of links: certificates of the platform and of its peers, read anew without dropping a connection."""
