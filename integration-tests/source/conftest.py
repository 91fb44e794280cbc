"""Fixtures and helpers of the source's tests."""
import pytest

COLLECTION = "weight-prediction"


@pytest.fixture
def fish(database):
    return database[COLLECTION]


@pytest.fixture
def events(unique, bootstrap, mongodb_uri):
    """events(**more): the configuration of whole change events with MongoDB's own property names."""

    def configuration(**more):
        config = {
            "name": unique,
            "connector.class": "com.mongodb.kafka.connect.MongoSourceConnector",
            "bootstrap.servers": bootstrap,
            "connection.uri": mongodb_uri,
            "database": unique,
            "collection": COLLECTION,
            "topic.creation.default.partitions": "1",
            "topic.creation.default.replication.factor": "1",
            "offset.storage.topic": f"{unique}-offsets",
            **more,
        }
        return {name: value for name, value in config.items() if value is not None}

    return configuration
