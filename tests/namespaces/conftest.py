"""What tests of the namespaces share."""

from tests.http.conftest import rows

__all__ = ["rows"]
