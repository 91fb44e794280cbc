"""Fixtures of the sink's tests."""
import pytest

from support.misbehaving import Misbehaving


@pytest.fixture
def server():
    """A web server that answers as it is told; `server.plan` is a list of answers for the next requests, then 200."""
    one = Misbehaving()
    yield one
    one.close()
