"""The broker stops, and dies, while the recipe runs: every pair joined exactly once."""
import signal
import time

import pytest

from support.brokers import Broker
from support.kafka_topics import Topics

from .line import Line
from .test_processor import PAIRS, RATE, check, processors, recipe  # noqa: F401


@pytest.fixture(scope="module")
def broker(tmp_path_factory):
    one = Broker(tmp_path_factory.mktemp("broker"))
    yield one
    one.close()


@pytest.fixture(scope="module")
def bootstrap(broker):
    return broker.bootstrap


@pytest.fixture(scope="module")
def topics(bootstrap):
    return Topics(bootstrap)


def test_a_broker_that_comes_back(broker, recipe, processors, topics, bootstrap):  # noqa: F811
    running = processors(3)
    line = Line(bootstrap, recipe, PAIRS, RATE)
    for how in (signal.SIGTERM, signal.SIGKILL):
        time.sleep(PAIRS / RATE / 4)
        broker.restart(how)
    line.join()
    check(topics, recipe)
    assert [one.process.poll() for one in running] == [None] * 3, "a processor ended"
