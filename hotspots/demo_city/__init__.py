"""Exampleton: a generated city, the same bytes every time, that goes through `hotspots load` like any other."""

from hotspots.demo_city.city import DemoCity, build_city
from hotspots.demo_city.folder import README, is_written, newest_end, version, write_demo_city

__all__ = ["README", "DemoCity", "build_city", "is_written", "newest_end", "version", "write_demo_city"]
