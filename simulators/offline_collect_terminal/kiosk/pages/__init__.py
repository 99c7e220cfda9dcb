"""The kiosk's pages: a module each, with its template in ``templates/``."""
