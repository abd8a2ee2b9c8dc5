"""The public crime map: one page, one reader, no state but the address bar."""

from hotspots_dashboard.public.app import create_app

__all__ = ["create_app"]
