"""Who acts in tests of Techfesia: Ada and Grace sign up for things, Olga is staff, Root is a superuser."""

from __future__ import annotations

import pytest

from tests.http.techfesia.cast import Student, staff, student


@pytest.fixture
def ada(hub) -> Student:
    return student("ada")


@pytest.fixture
def grace(hub) -> Student:
    return student("grace")


@pytest.fixture
def linus(hub) -> Student:
    return student("linus")


@pytest.fixture
def olga(hub) -> Student:
    return staff("olga")


@pytest.fixture
def root(hub) -> Student:
    return staff("root", superuser=True)
