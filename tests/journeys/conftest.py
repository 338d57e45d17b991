"""Journeys over real processes begin where the tests of faults do."""

from tests.faults.conftest import broker, nursery, postgres_site, site

__all__ = ["broker", "nursery", "postgres_site", "site"]
