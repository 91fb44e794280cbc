"""Records that cannot be delivered: errors.tolerance, dead letters, limits of topics."""
import json

import bson
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


SCHEMA = {
    "publish.full.document.only": "true",
    "output.format.value": "schema",
    "output.schema.value": json.dumps({"type": "record", "name": "fish", "fields": [{"name": "_id", "type": "int"}]}),
}
ODD = [{"_id": 1}, {"_id": 2}, {"_id": 3}, {"_id": bson.ObjectId(b"a" * 12), "a": 1}, {"_id": 4}, {"_id": 5}]


def test_a_document_that_does_not_fit_its_schema_stops_the_source(stage, events, fish):
    source = stage("source", events(**SCHEMA)).start()
    fish.insert_many(ODD)
    assert source.process.wait(20) == 1
    assert "Exception creating Source record for: Key=" in source.log()


def test_a_document_that_does_not_fit_its_schema_is_a_dead_letter(stage, events, unique, fish, topics):
    letters = f"{unique}-letters"
    stage("source", events(**SCHEMA, **TOLERANT, **{
        "errors.deadletterqueue.topic.name": letters,
        "errors.deadletterqueue.topic.replication.factor": "1"})).start()
    fish.insert_many(ODD)
    records = topics.read(f"{unique}.{COLLECTION}", expect=5)
    assert [record.value for record in records] == [b'{"_id":%d}' % number for number in (1, 2, 3, 4, 5)]
    dead = topics.read(letters, expect=1)[0]
    assert json.loads(dead.value) == {"_id": {"$oid": "61" * 12}, "a": 1}
    assert json.loads(dead.key) == {"_id": {"$oid": "61" * 12}}


def test_schemas_as_connect_writes_them(stage, events, unique, fish, topics):
    fish.insert_one({"_id": 1, "name": "x", "size": 1.5})
    stage("source", events(**{
        "startup.mode": "copy_existing", "output.format.key": "schema", "output.format.value": "schema",
        "publish.full.document.only": "true", "output.schema.infer.value": "true",
        "key.converter": "org.apache.kafka.connect.json.JsonConverter",
        "value.converter": "org.apache.kafka.connect.json.JsonConverter",
        "value.converter.schemas.enable": "true"})).start()
    record = topics.read(f"{unique}.{COLLECTION}", expect=1)[0]
    assert json.loads(json.loads(record.key)["_id"]) == {"_id": 1, "copyingData": True}
    value = json.loads(record.value)
    assert value["payload"] == {"_id": 1, "name": "x", "size": 1.5}
    assert [field["field"] for field in value["schema"]["fields"]] == ["_id", "name", "size"]
    fish.update_one({"_id": 1}, {"$set": {"name": "y"}})
    assert json.loads(topics.read(f"{unique}.{COLLECTION}", expect=2)[1].value)["payload"]["name"] == "y"


def test_the_default_schemas_take_every_event(stage, events, unique, fish, topics):
    stage("source", events(**{"output.format.key": "schema", "output.format.value": "schema",
                              "value.converter.schemas.enable": "true"})).start()
    fish.insert_one({"_id": 1})
    fish.update_one({"_id": 1}, {"$set": {"a": 1}})
    fish.delete_one({"_id": 1})
    fish.drop()
    values = [json.loads(record.value)["payload"] for record in topics.read(f"{unique}.{COLLECTION}", expect=4)]
    assert [value["operationType"] for value in values] == ["insert", "update", "delete", "drop"]
    assert json.loads(values[0]["documentKey"]) == {"_id": 1} and values[3]["documentKey"] is None
    assert json.loads(values[1]["updateDescription"]["updatedFields"]) == {"a": 1}
    assert all(isinstance(value["wallTime"], int) for value in values)
