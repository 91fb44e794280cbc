"""Fixtures of the integration tests: real servers, real executables, names that no other test uses."""
import os
import pathlib
import subprocess
import sys
import uuid

import pymongo
import pytest

sys.path.insert(0, str(pathlib.Path(__file__).parent))

from support.kafka_topics import Topics  # noqa: E402
from support.processes import ROOT, Stage  # noqa: E402

pytest_plugins = ["support.watch_broker"]
os.environ["MONGOC_DISABLE_SHM"] = "1"  # what is killed here would leave files that a later process of its id warns of


@pytest.fixture(scope="session")
def servers():
    """KAFKA_BOOTSTRAP and MONGODB_URI of servers that answer; starts ours when none are named."""
    output = subprocess.run([ROOT / "scripts/services", "up"], check=True, capture_output=True, text=True).stdout
    endpoints = dict(line.split("=", 1) for line in output.splitlines() if "=" in line)
    os.environ.update(endpoints)
    return endpoints


@pytest.fixture(scope="session")
def bootstrap(servers):
    return servers["KAFKA_BOOTSTRAP"]


@pytest.fixture(scope="session")
def mongodb_uri(servers):
    return servers["MONGODB_URI"]


@pytest.fixture(scope="session")
def topics(bootstrap):
    from support import watch_broker  # loaded by pytest itself, above

    made = Topics(bootstrap)
    watch_broker.reconnects.append(made.connect)
    return made


@pytest.fixture(scope="session")
def mongodb(mongodb_uri):
    return pymongo.MongoClient(mongodb_uri)


@pytest.fixture
def unique():
    """A short name of this test's own, for topics, databases and groups."""
    return "t" + uuid.uuid4().hex[:8]


@pytest.fixture
def database(mongodb, unique):
    """A database of this test's own, dropped afterwards."""
    yield mongodb[unique]
    mongodb.drop_database(unique)


@pytest.fixture
def stage(tmp_path):
    """stage(kind, config, ...) makes a Stage; whatever still runs at the end of the test is killed."""
    made = []

    def make(kind, config, **options):
        made.append(Stage(kind, config, tmp_path, **options))
        return made[-1]

    yield make
    for one in made:
        one.kill()
