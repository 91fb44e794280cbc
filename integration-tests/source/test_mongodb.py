"""weir-source with the MongoDB connector: copy and stream, crashes, deletes, drops, lost positions."""
import json
import threading
import time

import bson
import pytest

from support.processes import wait_until
from support.recipe import Recipe, fold

from .conftest import COLLECTION

@pytest.fixture
def recipe(unique):
    return Recipe(unique)


def documents(first, count):
    return [{"fish_id": f"f{number}", "species": "Bass", "number": number} for number in range(first, first + count)]


def numbers(records):
    return [json.loads(record.value)["number"] for record in records]


def operations(records):
    return [json.loads(record.value)["operationType"] for record in records]


def test_recipe_copies_then_streams(stage, recipe, bootstrap, mongodb_uri, unique, fish, topics):
    fish.insert_many(documents(0, 50))
    source = stage("source", recipe.source(bootstrap, mongodb_uri, unique, COLLECTION)).start()
    topics.read(recipe.predictions, expect=50)
    fish.insert_many(documents(50, 50))
    records = topics.read(recipe.predictions, expect=100)
    assert sorted(numbers(records)) == list(range(100))
    assert {record.key for record in records} == {f"f{number}".encode() for number in range(100)}
    assert topics.partitions(recipe.predictions) == 6
    assert source.stop() == 0


def test_keys_go_where_javas_partitioner_puts_them(stage, recipe, bootstrap, mongodb_uri, unique, fish, topics):
    fish.insert_many(documents(0, 200))
    stage("source", recipe.source(bootstrap, mongodb_uri, unique, COLLECTION)).start()
    records = topics.read(recipe.predictions, expect=200)
    topics.create(f"{unique}-java", partitions=6)
    topics.produce(f"{unique}-java", [(record.key, b"") for record in records])
    theirs = {record.key: record.partition for record in topics.read(f"{unique}-java", expect=200)}
    assert {record.key: record.partition for record in records} == theirs


def test_restart_delivers_the_backlog_once(stage, recipe, bootstrap, mongodb_uri, unique, fish, topics):
    fish.insert_many(documents(0, 50))
    source = stage("source", recipe.source(bootstrap, mongodb_uri, unique, COLLECTION)).start()
    topics.read(recipe.predictions, expect=50)
    assert source.stop() == 0
    fish.insert_many(documents(50, 2500))
    source.start()
    assert sorted(numbers(topics.read(recipe.predictions, expect=2550))) == list(range(2550))
    source.stop()
    source.start()
    fish.insert_one(documents(2550, 1)[0])
    assert sorted(numbers(topics.read(recipe.predictions, expect=2551))) == list(range(2551))


def test_kill_in_mid_copy_neither_loses_nor_doubles(stage, recipe, bootstrap, mongodb_uri, unique, fish, topics):
    fish.insert_many(documents(0, 60000))
    source = stage("source", recipe.source(bootstrap, mongodb_uri, unique, COLLECTION,
                                           **{"transaction.boundary.interval.ms": "20"})).start()
    wait_until(lambda: recipe.predictions in topics.names(), 20, "the topic")
    for _ in range(3):
        time.sleep(0.15)
        source.kill()
        source.start()
    records = topics.read(recipe.predictions, expect=60000, seconds=60)
    assert sorted(numbers(records)) == list(range(60000))


def test_kill_in_mid_stream_neither_loses_nor_doubles(stage, recipe, bootstrap, mongodb_uri, unique, fish, topics):
    fish.insert_many(documents(0, 10))
    source = stage("source", recipe.source(bootstrap, mongodb_uri, unique, COLLECTION)).start()

    def insert():
        for first in range(10, 6010, 20):
            fish.insert_many(documents(first, 20))
            time.sleep(0.005)

    writer = threading.Thread(target=insert)
    writer.start()
    for _ in range(3):
        time.sleep(0.7)
        source.kill()
        source.start()
    writer.join()
    records = topics.read(recipe.predictions, expect=6010, seconds=60)
    assert sorted(numbers(records)) == list(range(6010))
    for partition in range(6):
        streamed = [number for number in numbers(r for r in records if r.partition == partition) if number >= 10]
        assert streamed == sorted(streamed)


def test_changes_during_the_copy_are_not_lost(stage, recipe, bootstrap, mongodb_uri, unique, fish, topics):
    fish.insert_many(documents(0, 20000))
    stop = threading.Event()

    def change():
        number = 0
        while not stop.is_set():
            fish.update_one({"fish_id": f"f{number * 37 % 20000}"}, {"$inc": {"changes": 1}})
            number += 1

    writer = threading.Thread(target=change)
    writer.start()
    stage("source", recipe.source(bootstrap, mongodb_uri, unique, COLLECTION)).start()
    topics.read(recipe.predictions, expect=20000, seconds=60)
    stop.set()
    writer.join()
    expected = {document["fish_id"]: document.get("changes") for document in fish.find()}

    def missing():
        table = fold(topics.read(recipe.predictions))
        there = {key.decode(): json.loads(value).get("changes") for key, value in table.items()}
        return sorted(set(expected.items()) ^ set(there.items()), key=str)

    try:
        wait_until(lambda: not missing(), 30, "the topic, folded by key, to equal the collection", every=0.5)
    except AssertionError as error:
        raise AssertionError(f"{error}; collection and topic differ in {missing()[:20]}") from None


def test_updates_and_deletes(stage, recipe, bootstrap, mongodb_uri, unique, fish, topics):
    """A delete is a tombstone under the document's key: the transforms let it pass by a predicate."""
    fish.insert_many(documents(0, 3))
    config = recipe.source(bootstrap, mongodb_uri, unique, COLLECTION, **{
        "publish.full.document.only.tombstone.on.delete": "true",
        "transforms": "key", "transforms.key.type": "ReplaceField$Value", "transforms.key.exclude": "species",
        "transforms.key.predicate": "gone", "transforms.key.negate": "true",
        "predicates": "gone", "predicates.gone.type": "RecordIsTombstone",
    })
    config = {name: value for name, value in config.items() if name != "transforms.key.fields" and ".fish_id." not in name}
    stage("source", config).start()
    before = topics.read(recipe.predictions, expect=3)
    assert all("species" not in json.loads(record.value) for record in before)
    fish.update_one({"fish_id": "f0"}, {"$set": {"number": 100}})
    fish.replace_one({"fish_id": "f1"}, {"fish_id": "f1", "number": 101})
    fish.delete_one({"fish_id": "f2"})
    records = topics.read(recipe.predictions, expect=6)
    table = fold(records)
    assert sorted(json.loads(value)["number"] for value in table.values()) == [100, 101]
    gone = [record for record in records if record.value is None]
    assert len(gone) == 1
    assert gone[0].key in {record.key for record in before if json.loads(record.value)["number"] == 2}


def test_a_drop_leaves_no_gap(stage, events, unique, fish, topics):
    topic = f"{unique}.{COLLECTION}"
    stage("source", events()).start()
    fish.insert_many(documents(0, 50))
    fish.drop()
    fish.insert_many(documents(50, 50))
    records = topics.read(topic, expect=101)
    assert operations(records) == ["insert"] * 50 + ["drop"] + ["insert"] * 50
    keys = [json.loads(record.key)["_id"] for record in records]
    assert "_data" in keys[50] and all("$oid" in key for key in keys[:50] + keys[51:])


def test_pipeline_as_people_write_it(stage, events, unique, fish, topics):
    fish.insert_many(documents(0, 2))
    pipeline = "[{'$match': {operationType: 'insert',}}, {$addFields: {mark: NumberLong(1)}}]"
    stage("source", events(pipeline=pipeline, **{"startup.mode": "copy_existing"})).start()
    topics.read(f"{unique}.{COLLECTION}", expect=2)
    fish.update_one({"fish_id": "f0"}, {"$set": {"number": 9}})
    fish.insert_one(documents(2, 1)[0])
    values = [json.loads(record.value) for record in topics.read(f"{unique}.{COLLECTION}", expect=3)]
    assert [value["fullDocument"]["fish_id"] for value in values] == ["f0", "f1", "f2"]
    assert all(value["mark"] == {"$numberLong": "1"} for value in values)
    assert [value["_id"].get("copyingData") for value in values] == [True, True, None]


def test_a_database_goes_to_topics_by_namespace(stage, events, unique, database, topics):
    database["a"].insert_one({"n": 1})
    namespaces = json.dumps({f"{unique}.a": f"{unique}-first", "/.*[.]b": unique + "-{coll}{sep}re"})
    config = events(**{"copy.existing": "true", "topic.namespace.map": namespaces})
    del config["collection"]
    stage("source", config).start()
    topics.read(f"{unique}-first", expect=1)
    database["b"].insert_one({"n": 2})
    database["c"].insert_one({"n": 3})
    for topic in (f"{unique}-first", f"{unique}-b.re", f"{unique}.c"):
        assert len(topics.read(topic, expect=1)) == 1


def test_formatters_and_bson(stage, events, unique, fish, topics):
    fish.insert_one({"_id": 1, "long": bson.Int64(7), "real": 1e7})
    for name, extra in (
        ("x", {"output.json.formatter": "ExtendedJson"}), ("s", {"output.json.formatter": "SimplifiedJson"}),
        ("b", {"output.format.key": "bson", "output.format.value": "bson"}),
    ):
        config = events(**{"copy.existing": "true", "topic.prefix": name, "publish.full.document.only": "true", **extra})
        stage("source", {**config, "name": f"{unique}{name}"}, name=name).start()
    read = {name: topics.read(f"{name}.{unique}.{COLLECTION}", expect=1)[0] for name in "xsb"}
    assert read["x"].value == (b'{"_id": {"$numberInt": "1"}, "long": {"$numberLong": "7"}, '
                               b'"real": {"$numberDouble": "1.0E+7"}}')
    assert read["s"].value == b'{"_id": 1, "long": 7, "real": 1.0E+7}'
    assert bson.decode(read["b"].value) == {"_id": 1, "long": 7, "real": 1e7}
    assert bson.decode(read["b"].key) == {"_id": 1}


def lose_position(topics, unique):
    """Replaces the stored offset by the token of an event that never was, in the first second of 1970."""
    offsets = f"{unique}-offsets"
    last = topics.read(offsets)[-1]
    token = json.loads(json.loads(last.value)["_id"])["_data"]
    lost = json.dumps({"_data": token[:2] + "00000001" + token[10:]})
    topics.produce(offsets, [(last.key, json.dumps({"_id": lost}).encode())])


@pytest.mark.parametrize("policy", ["fail", "latest", "copy"])
def test_a_lost_position(policy, stage, events, unique, fish, topics):
    topic = f"{unique}.{COLLECTION}"
    source = stage("source", events(**{"on.resume.token.lost": policy})).start()
    fish.insert_many(documents(0, 3))
    topics.read(topic, expect=3)
    source.stop()
    lose_position(topics, unique)
    source.start(ready=False)
    if policy == "fail":
        assert source.process.wait(30) == 1
        assert "on.resume.token.lost" in source.log()
        return
    wait_until(lambda: "resume token lost" in source.log(), 90, "the message")  # the server scans its oplog
    source.wait_ready()
    fish.insert_one(documents(3, 1)[0])
    expected = [0, 1, 2, 3] if policy == "latest" else [0, 1, 2, 0, 1, 2, 3]
    values = [json.loads(record.value) for record in topics.read(topic, expect=len(expected))]
    assert [value["fullDocument"]["number"] for value in values] == expected


def test_an_idle_stream_moves_its_position(stage, events, unique, database, fish, topics):
    """Changes elsewhere: the position moves on all the same, so that it never falls out of the oplog."""
    stage("source", events()).start()
    offsets = f"{unique}-offsets"

    def position():
        database["other"].insert_one({})
        return [record.value for record in topics.read(offsets)] if offsets in topics.names() else []

    wait_until(lambda: len(set(position())) >= 2, 40, "two positions", every=0.5)
    assert f"{unique}.{COLLECTION}" not in topics.names()


def test_heartbeats_of_an_idle_stream(stage, events, unique, database, fish, topics):
    beats = f"{unique}-beats"
    stage("source", events(**{"heartbeat.interval.ms": "500", "heartbeat.topic.name": beats})).start()
    wait_until(lambda: database["other"].insert_one({}) and beats in topics.names(), 20, "a heartbeat", every=0.3)
    record = topics.read(beats, expect=1)[0]
    assert list(json.loads(record.key)) == ["_data"] and record.value is None
