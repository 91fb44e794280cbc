"""weir-source as MongoDB's connector is seen from outside: scopes, pipelines, keys, topics, formats, starts."""
import datetime
import json
import re

import bson
import pymongo
import pytest

from support.processes import run, wait_until

from .conftest import COLLECTION

TOLERANT = {"errors.tolerance": "all"}
COPY = {"startup.mode": "copy_existing"}


def read_events(topics, name, expect):
    return [json.loads(record.value) for record in topics.read(name, expect=expect)]


def operations(found):
    return [event["operationType"] for event in found]


EVERY_TYPE = {
    "_id": 1, "int": 42, "long": bson.Int64(52), "big": bson.Int64(2**63 - 1), "one": 1.0, "real": 20.21,
    "large": 1e7, "small": 1e-5, "plain": 9999999.0, "zero": -0.0,
    "date": datetime.datetime(2020, 1, 1, 7, 27, 7, 120000, datetime.timezone.utc),
    "epoch": datetime.datetime(1970, 1, 1, tzinfo=datetime.timezone.utc),
    "oid": bson.ObjectId("5f3d1bbde0ca4d2829c91e1d"), "decimal": bson.Decimal128("12345.6789"),
    "binary": b"Kafka", "regex": bson.Regex("^a", "im"), "timestamp": bson.Timestamp(305419896, 5),
    "code": bson.Code("int i = 0;"), "min": bson.MinKey(), "max": bson.MaxKey(), "none": None, "yes": True,
    "text": "a\"b\\c\n", "list": [1, [], {}], "empty": {},
}
GOLDEN = {
    "DefaultJson": (
        '{"_id": 1, "int": 42, "long": {"$numberLong": "52"}, "big": {"$numberLong": "9223372036854775807"}, '
        '"one": 1.0, "real": 20.21, "large": 1.0E+7, "small": 1.0E-5, "plain": 9999999.0, "zero": -0.0, '
        '"date": {"$date": 1577863627120}, "epoch": {"$date": 0}, "oid": {"$oid": "5f3d1bbde0ca4d2829c91e1d"}, '
        '"decimal": {"$numberDecimal": "12345.6789"}, "binary": {"$binary": "S2Fma2E=", "$type": "00"}, '
        '"regex": {"$regex": "^a", "$options": "im"}, "timestamp": {"$timestamp": {"t": 305419896, "i": 5}}, '
        '"code": {"$code": "int i = 0;"}, "min": {"$minKey": 1}, "max": {"$maxKey": 1}, "none": null, "yes": true, '
        '"text": "a\\"b\\\\c\\n", "list": [1, [], {}], "empty": {}}'),
    "ExtendedJson": (
        '{"_id": {"$numberInt": "1"}, "int": {"$numberInt": "42"}, "long": {"$numberLong": "52"}, '
        '"big": {"$numberLong": "9223372036854775807"}, "one": {"$numberDouble": "1.0"}, '
        '"real": {"$numberDouble": "20.21"}, "large": {"$numberDouble": "1.0E+7"}, '
        '"small": {"$numberDouble": "1.0E-5"}, "plain": {"$numberDouble": "9999999.0"}, '
        '"zero": {"$numberDouble": "-0.0"}, "date": {"$date": {"$numberLong": "1577863627120"}}, '
        '"epoch": {"$date": {"$numberLong": "0"}}, "oid": {"$oid": "5f3d1bbde0ca4d2829c91e1d"}, '
        '"decimal": {"$numberDecimal": "12345.6789"}, '
        '"binary": {"$binary": {"base64": "S2Fma2E=", "subType": "00"}}, '
        '"regex": {"$regularExpression": {"pattern": "^a", "options": "im"}}, '
        '"timestamp": {"$timestamp": {"t": 305419896, "i": 5}}, "code": {"$code": "int i = 0;"}, '
        '"min": {"$minKey": 1}, "max": {"$maxKey": 1}, "none": null, "yes": true, "text": "a\\"b\\\\c\\n", '
        '"list": [{"$numberInt": "1"}, [], {}], "empty": {}}'),
    "SimplifiedJson": (
        '{"_id": 1, "int": 42, "long": 52, "big": 9223372036854775807, "one": 1.0, "real": 20.21, "large": 1.0E+7, '
        '"small": 1.0E-5, "plain": 9999999.0, "zero": -0.0, "date": "2020-01-01T07:27:07.12Z", '
        '"epoch": "1970-01-01T00:00:00Z", "oid": "5f3d1bbde0ca4d2829c91e1d", "decimal": "12345.6789", '
        '"binary": "S2Fma2E=", "regex": {"$regularExpression": {"pattern": "^a", "options": "im"}}, '
        '"timestamp": {"$timestamp": {"t": 305419896, "i": 5}}, "code": {"$code": "int i = 0;"}, '
        '"min": {"$minKey": 1}, "max": {"$maxKey": 1}, "none": null, "yes": true, "text": "a\\"b\\\\c\\n", '
        '"list": [1, [], {}], "empty": {}}'),
}


@pytest.mark.parametrize("formatter", sorted(GOLDEN))
def test_every_type_in_every_format(formatter, stage, events, unique, fish, topics):
    fish.insert_one(EVERY_TYPE)
    stage("source", events(**COPY, **{"publish.full.document.only": "true",
                                      "output.json.formatter": f"com.mongodb.kafka.connect.source.json.formatter.{formatter}"})
          ).start()
    assert topics.read(f"{unique}.{COLLECTION}", expect=1)[0].value.decode() == GOLDEN[formatter]


def test_scopes(stage, events, unique, mongodb, topics):
    """A deployment, a database, a collection: only what is inside arrives; drops are events of their namespace."""
    first, second = f"{unique}a", f"{unique}b"
    pipeline = json.dumps([{"$match": {"ns.db": {"$in": [first, second]}}}])
    try:
        for name, scope in (("all", {"database": None, "collection": None, "pipeline": pipeline}),
                            ("db", {"database": first, "collection": None}),
                            ("coll", {"database": first, "collection": "x"})):
            stage("source", events(**{"name": f"{unique}-{name}", "topic.prefix": f"{unique}-{name}", **scope}),
                  name=name).start()
        for database in (first, second):
            for collection in ("x", "y"):
                mongodb[database][collection].insert_one({"_id": 1})
        for name, expected in (("all", 4), ("db", 2), ("coll", 1)):
            wait_until(lambda: len([t for t in topics.names() if t.startswith(f"{unique}-{name}.")]) == expected, 20, name)
        mongodb.drop_database(first)
        for collection in ("x", "y"):
            assert operations(read_events(topics, f"{unique}-db.{first}.{collection}", 2)) == ["insert", "drop"]
        assert operations(read_events(topics, f"{unique}-db.{first}", 1)) == ["dropDatabase"]
        mongodb[first]["y"].insert_one({"_id": 2})
        assert operations(read_events(topics, f"{unique}-db.{first}.y", 3)) == ["insert", "drop", "insert"]
    finally:
        for database in (first, second):
            mongodb.drop_database(database)


def test_a_rename_is_gone_on_behind(stage, events, unique, database, fish, topics):
    stage("source", events()).start()
    fish.insert_one({"_id": 1})
    fish.rename(COLLECTION + "-old")
    database[COLLECTION].insert_one({"_id": 2})
    assert operations(read_events(topics, f"{unique}.{COLLECTION}", 3)) == ["insert", "rename", "insert"]


def test_an_illegal_stage_is_named(stage, events, fish):
    source = stage("source", events(pipeline="[{'$group': {_id: 1}}]")).start(ready=False)
    assert source.process.wait(20) == 1 and "Illegal $changeStream operation" in source.log()


def test_copy_of_some_namespaces(stage, events, unique, database, topics):
    for name in ("c1", "c2", "c3", "d1"):
        database[name].insert_many([{"_id": number, "n": number % 2} for number in range(4)])
    config = events(collection=None, **{
        "copy.existing": "true", "copy.existing.namespace.regex": rf"{unique}\.(c[13]|d\d)",
        "copy.existing.pipeline": "[{$match: {n: 1}}]"})
    source = stage("source", config).start()
    for name in ("c1", "c3", "d1"):
        assert [event["fullDocument"]["_id"] for event in read_events(topics, f"{unique}.{name}", 2)] == [1, 3]
    wait_until(lambda: "copy finished" in source.log(), 20, "the end of the copy")
    for name in ("c1", "c2"):
        database[name].insert_one({"_id": 9, "n": 0})
    assert [event["fullDocument"]["_id"] for event in read_events(topics, f"{unique}.c2", 1)] == [9]
    assert [event["fullDocument"]["_id"] for event in read_events(topics, f"{unique}.c1", 3)] == [1, 3, 9]


def test_small_polls(stage, events, unique, fish, topics):
    stage("source", events(**{"poll.max.batch.size": "25", "batch.size": "100", "transaction.boundary": "poll"})).start()
    fish.insert_many([{"_id": number} for number in range(100)])
    ids = [event["fullDocument"]["_id"] for event in read_events(topics, f"{unique}.{COLLECTION}", 100)]
    assert ids == list(range(100))
    stored = topics.read(f"{unique}-offsets")
    assert 4 <= len(stored) <= 110


def test_documents_alone_and_tombstones(stage, events, unique, fish, topics):
    for name, more in (("d", {}), ("t", {"publish.full.document.only.tombstone.on.delete": "true"})):
        stage("source", events(**{"name": f"{unique}{name}", "topic.prefix": name,
                                  "publish.full.document.only": "true", **more}), name=name).start()
    fish.insert_one({"_id": 1, "v": 1})
    wait_until(lambda: {f"{name}.{unique}.{COLLECTION}" for name in "dt"} <= topics.names(), 20, "topics")
    for name in "dt":
        topics.read(f"{name}.{unique}.{COLLECTION}", expect=1)
    fish.update_one({"_id": 1}, {"$set": {"v": 2}})
    fish.replace_one({"_id": 1}, {"v": 3})
    wait_until(lambda: len(topics.read(f"t.{unique}.{COLLECTION}")) == 3, 20, "the replacement")
    fish.delete_one({"_id": 1})
    records = topics.read(f"t.{unique}.{COLLECTION}", expect=4)
    assert records[3].value is None and records[3].key == records[0].key == b'{"_id": 1}'
    fish.insert_one({"_id": 2, "v": 4})
    values = [json.loads(record.value)["v"] for record in topics.read(f"d.{unique}.{COLLECTION}", expect=4)]
    assert values[0] == 1 and values[2:] == [3, 4]


def test_an_update_of_a_document_that_is_gone(stage, events, unique, fish, topics):
    fish.insert_one({"_id": 1})
    fish.update_one({"_id": 1}, {"$set": {"a": 1}})
    fish.delete_one({"_id": 1})
    config = events(**{"change.stream.full.document": "updateLookup", "startup.mode": "timestamp",
                       "startup.mode.timestamp.start.at.operation.time": "0"})
    found = [event for event in read_late(stage, config, topics, unique, 3)]
    assert operations(found) == ["insert", "update", "delete"] and found[1]["fullDocument"] is None


def read_late(stage, config, topics, unique, expect):
    """Events that were made before the source starts; its start time is the moment of the first of them or before."""
    seconds = int(datetime.datetime.now().timestamp()) - 5
    stage("source", {**config, "startup.mode.timestamp.start.at.operation.time": str(seconds)}).start()
    return read_events(topics, f"{unique}.{COLLECTION}", expect)


@pytest.mark.parametrize("form", ["seconds", "iso", "timestamp"])
def test_start_at_a_time(form, stage, events, unique, fish, topics):
    fish.insert_one({"_id": 1})
    seconds = int(datetime.datetime.now().timestamp()) - 5
    when = {"seconds": str(seconds), "timestamp": json.dumps({"$timestamp": {"t": seconds, "i": 1}}),
            "iso": datetime.datetime.fromtimestamp(seconds, datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")}[form]
    stage("source", events(**{"startup.mode": "timestamp", "startup.mode.timestamp.start.at.operation.time": when})).start()
    assert read_events(topics, f"{unique}.{COLLECTION}", 1)[0]["fullDocument"] == {"_id": 1}


def test_a_malformed_time_is_a_configuration_error(stage, events):
    source = stage("source", events(**{"startup.mode.timestamp.start.at.operation.time": "yesterday"})).start(ready=False)
    assert source.process.wait(20) == 2 and "startup.mode.timestamp.start.at.operation.time" in source.log()


def test_images_before_and_after(stage, events, unique, database, topics):
    database.create_collection(COLLECTION, changeStreamPreAndPostImages={"enabled": True})
    stage("source", events(**{"change.stream.full.document": "required",
                              "change.stream.full.document.before.change": "required"})).start()
    database[COLLECTION].insert_one({"_id": 1, "v": 1})
    database[COLLECTION].update_one({"_id": 1}, {"$set": {"v": 2}})
    database[COLLECTION].delete_one({"_id": 1})
    found = read_events(topics, f"{unique}.{COLLECTION}", 3)
    assert found[1]["fullDocument"]["v"] == 2 and found[1]["fullDocumentBeforeChange"]["v"] == 1
    assert found[2]["fullDocumentBeforeChange"] == {"_id": 1, "v": 2}


def test_expanded_events(stage, events, unique, database, topics):
    stage("source", events(collection=None, **{"change.stream.show.expanded.events": "true"})).start()
    database.create_collection("made")
    database["made"].create_index("a")
    assert operations(read_events(topics, f"{unique}.made", 2)) == ["create", "createIndexes"]


def test_keys(stage, events, unique, fish, topics):
    for name, more in (("t", {"change.stream.document.key.as.key": "false"}), ("b", {"output.format.key": "bson"})):
        stage("source", events(**{"name": unique + name, "topic.prefix": name, **more}), name=name).start()
    fish.insert_one({"_id": "x"})
    fish.drop()
    tokens = topics.read(f"t.{unique}.{COLLECTION}", expect=2)
    for record in tokens:
        assert json.loads(record.key) == {"_id": json.loads(record.value)["_id"]}
    documents = topics.read(f"b.{unique}.{COLLECTION}", expect=2)
    assert bson.decode(documents[0].key) == {"_id": "x"}
    assert "_data" in bson.decode(documents[1].key)["_id"]


def test_topics_by_namespace(stage, events, unique, mongodb, topics):
    names = json.dumps({unique: f"{unique}-my", f"{unique}.c2": f"{unique}-alt.coll",
                        "*": f"{unique}-rest"})
    stage("source", events(collection=None, **{"topic.namespace.map": names, "topic.prefix": "p", "topic.suffix": "s",
                                               "topic.separator": "-"})).start()
    for name in ("c1", "c2"):
        mongodb[unique][name].insert_one({"_id": 1})
    for topic in (f"p-{unique}-my-c1-s", f"p-{unique}-alt.coll-s"):
        assert len(topics.read(topic, expect=1)) == 1


def test_a_lost_token_with_tolerance_goes_on_from_now(stage, events, unique, fish, topics):
    topic = f"{unique}.{COLLECTION}"
    source = stage("source", events(**TOLERANT)).start()
    fish.insert_one({"_id": 1})
    topics.read(topic, expect=1)
    source.stop()
    offsets = topics.read(f"{unique}-offsets")
    token = json.loads(json.loads(offsets[-1].value)["_id"])["_data"]
    lost = json.dumps({"_data": token[:2] + "00000001" + token[10:]})
    topics.produce(f"{unique}-offsets", [(offsets[-1].key, json.dumps({"_id": lost}).encode())])
    source.start()
    assert "resume token lost" in source.log()
    fish.insert_one({"_id": 2})
    assert [event["fullDocument"]["_id"] for event in read_events(topics, topic, 2)] == [1, 2]
    source.stop()
    fresh = stage("source", events(**{"offset.partition.name": "another"}), name="fresh").start()
    fish.insert_one({"_id": 3})
    assert [event["fullDocument"]["_id"] for event in read_events(topics, topic, 3)] == [1, 2, 3]
    assert fresh.process.poll() is None


LARGE = {"change.stream.full.document": "updateLookup", "topic.creation.default.max.message.bytes": "1000000"}


def make_large_event(fish):
    fish.insert_one({"_id": 1, "text": ""})
    fish.update_one({"_id": 1}, {"$set": {"text": "x" * ((16 << 20) - 100)}})
    fish.insert_one({"_id": 2})


def test_an_event_above_16_megabytes_is_left_out_alone(stage, events, unique, fish, topics):
    letters = f"{unique}-letters"
    source = stage("source", events(**TOLERANT, **LARGE, **{
        "errors.deadletterqueue.topic.name": letters,
        "errors.deadletterqueue.topic.replication.factor": "1"})).start()
    make_large_event(fish)
    found = read_events(topics, f"{unique}.{COLLECTION}", 2)
    assert [event["documentKey"]["_id"] for event in found] == [1, 2]
    dead = topics.read(letters, expect=1)[0]
    assert json.loads(dead.value)["operationType"] == "update" and json.loads(dead.key) == {"_id": 1}
    assert source.process.poll() is None


def test_an_event_above_16_megabytes_stops_the_source(stage, events, fish):
    source = stage("source", events(**LARGE)).start()
    make_large_event(fish)
    assert source.process.wait(30) == 1 and "16 MB" in source.log()


def test_heartbeats_end_while_records_flow_and_carry_the_position(stage, events, unique, database, fish, topics):
    beats = f"{unique}-beats"
    config = events(**{"heartbeat.interval.ms": "300", "heartbeat.topic.name": beats})
    source = stage("source", config).start()
    wait_until(lambda: database["other"].insert_one({}) and beats in topics.names()
               and len({record.key for record in topics.read(beats)}) > 2, 30, "heartbeats", every=0.2)
    assert {record.value for record in topics.read(beats)} == {None}
    source.stop()
    last = topics.read(beats)[-1].key.decode()
    stored = json.loads(topics.read(f"{unique}-offsets")[-1].value)["_id"]
    assert json.loads(stored)["_data"] >= json.loads(last)["_data"]
    fish.insert_one({"_id": 1})
    source.start()
    assert len(topics.read(f"{unique}.{COLLECTION}", expect=1)) == 1


def test_the_headroom_of_the_oplog_is_measured(stage, events, unique, fish, topics):
    source = stage("source", events()).start()
    fish.insert_one({"_id": 1})
    topics.read(f"{unique}.{COLLECTION}", expect=1)

    def headroom():
        found = re.search(r"^weir_source_oplog_headroom_seconds\S* (\S+)", source.http("/metrics")[1], re.M)
        return found and float(found[1]) > 0

    wait_until(headroom, 20, "the metric")
    assert "oplog runs out" not in source.log()  # it is not full, so nothing leaves it


def test_offsets_are_named_as_mongodbs_connector_names_them(stage, events, unique, fish, topics, mongodb_uri):
    stage("source", events()).start()
    fish.insert_one({"_id": 1})
    topics.read(f"{unique}.{COLLECTION}", expect=1)
    host = mongodb_uri.split("://")[1].split("/")[0]
    key = json.loads(topics.read(f"{unique}-offsets", expect=1)[-1].key)
    assert key == [unique, {"ns": f"mongodb://{host}/{unique}.{COLLECTION}"}]


@pytest.mark.parametrize("lookup", ["updateLookup", "default"])
def test_round_trip(lookup, stage, events, unique, mongodb, bootstrap, mongodb_uri, fish, topics):
    """Source, topic, sink with the change stream handler: both collections are equal."""
    topic, copy = f"{unique}.{COLLECTION}", mongodb[unique + "copy"]
    stage("source", events(**{"change.stream.full.document": lookup})).start()
    fish.insert_many([{"_id": number, "list": list(range(10)), "a": 1} for number in range(20)])
    fish.update_many({}, {"$set": {"b.c": 2}, "$unset": {"a": 1}})
    fish.replace_one({"_id": 3}, {"z": 1})
    fish.update_one({"_id": 4}, [{"$set": {"list": {"$slice": ["$list", 3]}}}])
    fish.delete_many({"_id": {"$gte": 15}})
    topics.read(topic, expect=47)
    try:
        stage("sink", {
            "name": f"{unique}-sink", "connector.class": "com.mongodb.kafka.connect.MongoSinkConnector",
            "bootstrap.servers": bootstrap, "connection.uri": mongodb_uri, "topics": topic,
            "database": unique + "copy", "collection": "fish",
            "change.data.capture.handler": "com.mongodb.kafka.connect.sink.cdc.mongodb.ChangeStreamHandler"}).start()
        wait_until(lambda: list(copy["fish"].find(sort=[("_id", 1)])) == list(fish.find(sort=[("_id", 1)])), 30,
                   "both are equal", every=0.2)
    finally:
        mongodb.drop_database(unique + "copy")


FORMATTER = "com.mongodb.kafka.connect.source.json.formatter."
PLAIN = {"text": "Süßwasser", "int": 1, "double": 0.1, "true": True, "null": None, "list": [1, {"a": "b"}]}
TYPED = {**PLAIN, "id": bson.ObjectId("65a1b2c3d4e5f60718293a4b"), "date": datetime.datetime(2026, 11, 23),
         "decimal": bson.Decimal128("1.50"), "bytes": b"\x00\xff", "long": bson.Int64(1 << 60), "nan": float("inf")}


@pytest.mark.parametrize("source_output, converter, document", [
    ({"output.json.formatter": FORMATTER + "DefaultJson"}, "storage.StringConverter", TYPED),
    ({"output.json.formatter": FORMATTER + "ExtendedJson"}, "storage.StringConverter", TYPED),
    ({"output.json.formatter": FORMATTER + "SimplifiedJson"}, "storage.StringConverter", PLAIN),
    ({"output.json.formatter": FORMATTER + "SimplifiedJson"}, "json.JsonConverter", PLAIN),
    ({"output.format.value": "bson"}, "converters.ByteArrayConverter", TYPED),
], ids=["default", "extended", "simplified", "connect-json", "bson"])
def test_round_trip_of_documents(source_output, converter, document, stage, events, unique, mongodb, bootstrap,
                                 mongodb_uri, fish, topics):
    topic, copy = f"{unique}.{COLLECTION}", mongodb[unique + "copy"]
    stage("source", events(**{"publish.full.document.only": "true", "startup.mode": "copy_existing", **source_output})).start()
    fish.insert_many([{"_id": number, **document} for number in range(10)])
    fish.update_many({"_id": {"$lt": 5}}, {"$set": {"text": "changed"}})
    topics.read(topic, expect=15)
    try:
        stage("sink", {
            "name": f"{unique}-sink", "connector.class": "com.mongodb.kafka.connect.MongoSinkConnector",
            "bootstrap.servers": bootstrap, "connection.uri": mongodb_uri, "topics": topic,
            "database": unique + "copy", "collection": "fish", "value.converter": f"org.apache.kafka.connect.{converter}"}).start()
        wait_until(lambda: list(copy["fish"].find(sort=[("_id", 1)])) == list(fish.find(sort=[("_id", 1)])), 30,
                   "both are equal", every=0.2)
    finally:
        mongodb.drop_database(unique + "copy")


@pytest.mark.parametrize("strict", ["true", "false"])
def test_the_stable_api(strict, stage, events, unique, fish, topics):
    fish.insert_one({"_id": 1})
    config = events(**{"server.api.version": "1", "server.api.strict": strict, "server.api.deprecation.errors": "true",
                       "startup.mode": "copy_existing"})
    source = stage("source", config).start()
    read_events(topics, f"{unique}.{COLLECTION}", 1)
    fish.insert_one({"_id": 2})
    assert [event["fullDocument"] for event in read_events(topics, f"{unique}.{COLLECTION}", 2)] == [{"_id": 1}, {"_id": 2}]
    assert "APIStrictError" not in source.log()
