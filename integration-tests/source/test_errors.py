"""Records that cannot be delivered: errors.tolerance, dead letters, limits of topics."""
import json

import pytest

from .conftest import COLLECTION

TOLERANT = {"errors.tolerance": "all"}


def values(records):
    return [json.loads(record.value)["fullDocument"]["_id"] for record in records]


@pytest.fixture
def narrow(unique, topics):
    """The topic of the events takes 2000 bytes at most."""
    name = f"{unique}.{COLLECTION}"
    topics.create(name, configs={"max.message.bytes": "2000"})
    return name


def test_a_record_over_the_topics_limit_stops_the_source(stage, events, fish, narrow):
    source = stage("source", events()).start()
    fish.insert_one({"_id": 1, "text": "x" * 5000})
    assert source.process.wait(20) == 1
    assert "max.message.bytes of 2000" in source.log() and '"_id": 1' in source.log()


def test_a_record_over_the_topics_limit_goes_to_the_dead_letters(stage, events, unique, fish, topics, narrow):
    letters = f"{unique}-letters"
    source = stage("source", events(**TOLERANT, **{
        "errors.deadletterqueue.topic.name": letters,
        "errors.deadletterqueue.topic.replication.factor": "1"})).start()
    for number in range(40):
        fish.insert_one({"_id": number, "text": "x" * (5000 if number in (7, 23) else 300)})
    assert values(topics.read(narrow, expect=38)) == [number for number in range(40) if number not in (7, 23)]
    dead = topics.read(letters, expect=2)
    assert values(dead) == [7, 23]
    headers = dict(dead[0].headers)
    assert headers["__connect.errors.exception.class.name"].endswith(b"RecordTooLargeException")
    assert headers["__connect.errors.topic"] == narrow.encode()
    source.stop()
    source.start()
    fish.insert_one({"_id": 40})
    assert len(topics.read(narrow, expect=39)) == 39 and len(topics.read(letters)) == 2


def test_without_dead_letters_it_is_left_out(stage, events, fish, topics, narrow):
    stage("source", events(**{"errors.tolerance": "none", "mongo.errors.tolerance": "all"})).start()
    for number, bytes_count in enumerate((10, 5000, 10)):
        fish.insert_one({"_id": number, "text": "x" * bytes_count})
    assert values(topics.read(narrow, expect=2)) == [0, 2]


def test_a_topic_that_takes_large_records_gets_them(stage, events, unique, fish, topics):
    name = f"{unique}.{COLLECTION}"
    topics.create(name, configs={"max.message.bytes": str(8 << 20)})
    stage("source", events()).start()
    fish.insert_many([{"_id": number, "text": "x" * (3 << 20)} for number in range(3)])
    fish.insert_one({"_id": 3})
    assert values(topics.read(name, expect=4)) == [0, 1, 2, 3]
