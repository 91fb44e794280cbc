"""The MongoDB sink on a real server: what arrives, what is rejected, and what an outage or a crash changes."""
import json
import time
import urllib.parse

import pytest

from support.misbehaving import Cable
from support.processes import run, wait_until


@pytest.fixture
def sink(stage, bootstrap, mongodb_uri, topics, unique, database):
    """sink(records, properties) fills a topic and starts the sink on it; the collection is database["c"]."""
    topics.create(unique, partitions=3)

    def start(records=(), properties=None, ready=True):
        topics.produce(unique, records)
        config = {"name": unique, "connector.class": "MongoDbAtlasSink", "bootstrap.servers": bootstrap, "topics": unique,
                  "connection.uri": mongodb_uri, "input.data.format": "JSON", "database": database.name, "collection": "c",
                  "offset.flush.interval.ms": "100"}
        return stage("sink", {**config, **(properties or {})}).start(ready=ready)

    start.topic = unique
    return start


def holds(collection, count, seconds=30):
    wait_until(lambda: collection.count_documents({}) >= count, seconds, f"{count} documents")
    time.sleep(0.3)
    assert collection.count_documents({}) == count


def numbers(count, first=0):
    return [(str(number).encode(), json.dumps({"N": number}).encode()) for number in range(first, first + count)]


def test_each_record_is_one_document_under_its_place_in_kafka(sink, database):
    sink(numbers(100))
    holds(database["c"], 100)
    documents = list(database["c"].find())
    assert sorted(row["N"] for row in documents) == list(range(100))
    assert all(row["_id"].startswith(sink.topic + "#") for row in documents)


def test_types_are_those_of_json_converter(sink, database):
    sink([(None, b'{"i":1,"d":0.5,"e":1e3,"s":"\\u00e9","n":null,"a":[1,{"x":true}],"o":{"$oid":"5f0000000000000000000000"}}')])
    holds(database["c"], 1)
    row = database["c"].find_one()
    del row["_id"]
    assert row == {"i": 1, "d": 0.5, "e": 1000.0, "s": "\u00e9", "n": None, "a": [1, {"x": True}],
                   "o": {"$oid": "5f0000000000000000000000"}}
    assert database["c"].find_one({"i": {"$type": "long"}, "e": {"$type": "double"}})


def test_kill_9_in_mid_run_doubles_nothing(sink, database, topics):
    one = sink(numbers(20000), properties={"max.batch.size": "50", "offset.flush.interval.ms": "3600000"})
    for _ in range(3):
        wait_until(lambda: database["c"].estimated_document_count() > 0, 30, "documents")
        one.kill()
        one.start()
    holds(database["c"], 20000, 60)
    assert len(database["c"].distinct("N")) == 20000


def test_a_record_that_cannot_be_read_ends_the_task_and_names_itself(sink, database):
    one = sink([(b"k", b'{"N":1}'), (b"k", b"no json"), (b"k", b'{"N":2}')], ready=False)
    assert one.process.wait(30) == 1
    assert f"topic {sink.topic} partition" in one.log() and "offset 1" in one.log()


@pytest.mark.parametrize("ordered", ["true", "false"])
def test_bad_records_go_to_the_dead_letter_queue_alone(sink, database, topics, ordered):
    ids = [1, 2, 3, 4, 5, 4, 6, 7]
    records = [(b"k", json.dumps({"_id": number, "at": place}).encode()) for place, number in enumerate(ids)]
    records.insert(3, (b"k", b"no json"))
    sink(records, {"writemodel.strategy": "com.mongodb.kafka.connect.sink.writemodel.strategy.InsertOneDefaultStrategy",
                   "bulk.write.ordered": ordered, "errors.tolerance": "all",
                   "errors.deadletterqueue.topic.name": sink.topic + "-dlq"})
    holds(database["c"], 7)
    letters = topics.read(sink.topic + "-dlq", expect=2)
    assert sorted(letter.value for letter in letters) == sorted([b"no json", records[6][1]])
    reasons = {letter.value: dict(letter.headers)["__connect.errors.exception.class.name"] for letter in letters}
    assert reasons[b"no json"] == b"org.apache.kafka.connect.errors.DataException"
    assert reasons[records[6][1]] == b"com.mongodb.kafka.connect.sink.dlq.WriteException"
    assert database["c"].find_one({"_id": 4})["at"] == 3


def test_ids_that_repeat_replace_in_order(sink, database):
    sink([(b"k", json.dumps({"_id": number % 3, "N": number}).encode()) for number in range(300)])
    wait_until(lambda: {row["_id"]: row["N"] for row in database["c"].find()} == {0: 297, 1: 298, 2: 299}, 20, "last values")


def test_tombstones_delete_the_document_of_their_key(sink, database, topics):
    sink([(b'{"id":1}', b'{"a":1}'), (b'{"id":2}', b'{"a":2}')],
         {"input.key.format": "JSON", "document.id.strategy": "FullKeyStrategy", "delete.on.null.values": "true"})
    holds(database["c"], 2)
    topics.produce(sink.topic, [(b'{"id":1}', None)])
    wait_until(lambda: database["c"].count_documents({}) == 1, 20, "the deletion")
    assert database["c"].find_one()["_id"] == {"id": 2}


def test_two_topics_by_a_pattern_go_to_two_collections(sink, database, topics):
    other = sink.topic + ".other"
    topics.create(other)
    topics.produce(other, numbers(5))
    sink(numbers(3), {"topics": "", "topics.regex": f"{sink.topic}.*", "collection": "",
                      f"topic.override.{other}.collection": "elsewhere"})
    holds(database["elsewhere"], 5)
    holds(database[sink.topic], 3)


def test_extended_json_and_a_field_that_names_the_collection(sink, database):
    sink([(None, b'{"to":"x","id":{"$oid":"5f0000000000000000000000"},"n":{"$numberLong":"7"}}'), (None, b'{"to":5}')],
         {"input.data.format": "STRING", "namespace.mapper": "FieldPathNamespaceMapper",
          "namespace.mapper.value.collection.field": "to"})
    holds(database["x"], 1)
    holds(database["c"], 1)
    assert database["x"].find_one({"id": {"$type": "objectId"}, "n": {"$type": "long"}})


def test_change_events_keep_a_copy_equal(sink, database, topics):
    events = [
        {"operationType": "insert", "documentKey": {"_id": 1}, "fullDocument": {"_id": 1, "a": [1, 2, 3, 4], "b": 1, "c": 1}},
        {"operationType": "insert", "documentKey": {"_id": 2}, "fullDocument": {"_id": 2}},
        {"operationType": "update", "documentKey": {"_id": 1},
         "updateDescription": {"updatedFields": {"a.1": 9, "d.e": 1}, "removedFields": ["b"],
                               "truncatedArrays": [{"field": "a", "newSize": 2}]}},
        {"operationType": "delete", "documentKey": {"_id": 2}},
        {"operationType": "invalidate"},
        {"operationType": "replace", "documentKey": {"_id": 3}, "fullDocument": {"_id": 3, "x": 1}},
    ]
    sink([(b"k", json.dumps(event).encode()) for event in events],
         {"change.data.capture.handler": "com.mongodb.kafka.connect.sink.cdc.mongodb.ChangeStreamHandler"})
    expected = [{"_id": 1, "a": [1, 9], "c": 1, "d": {"e": 1}}, {"_id": 3, "x": 1}]
    wait_until(lambda: list(database["c"].find().sort("_id", 1)) == expected, 20, "the copy")


@pytest.mark.parametrize("tasks", ["1", "5"])
def test_ids_of_the_value_make_redelivery_harmless(sink, database, tasks):
    records = [(str(number).encode(), json.dumps({"_id": number, "N": number}).encode()) for number in range(500)]
    one = sink(records, {"document.id.strategy": "ProvidedInValueStrategy", "tasks.max": tasks,
                         "offset.flush.interval.ms": "3600000"})
    holds(database["c"], 500)
    one.kill()
    one.start()
    holds(database["c"], 500)


def test_random_ids_when_they_are_asked_for(sink, database):
    sink(numbers(20), {"document.id.strategy": "com.mongodb.kafka.connect.sink.processor.id.strategy.BsonOidStrategy"})
    holds(database["c"], 20)
    assert database["c"].count_documents({"_id": {"$type": "objectId"}}) == 20


def test_a_tombstone_without_leave_to_delete_ends_the_task(sink):
    one = sink([(b"k", None)], ready=False)
    assert one.process.wait(30) == 1
    assert "delete.on.null.values is false" in one.log()


def test_random_ids_and_deletes_by_tombstone_contradict_each_other(sink):
    one = sink([], {"delete.on.null.values": "true", "document.id.strategy": "BsonOidStrategy"}, ready=False)
    assert one.process.wait(30) == 2
    assert "delete.on.null.values" in one.log()


@pytest.mark.parametrize("strategy, key", [("ProvidedInKeyStrategy", b'{"_id":1,"x":5}'), ("PartialKeyStrategy", b'{"x":1,"y":2}')])
def test_tombstones_delete_by_what_the_strategy_takes_of_the_key(sink, database, topics, strategy, key):
    sink([(key, b'{"a":1}'), (b'{"_id":2,"x":2}', b'{"a":2}')],
         {"input.key.format": "JSON", "document.id.strategy": strategy, "delete.on.null.values": "true",
          "key.projection.type": "allowlist", "key.projection.list": "x"})
    holds(database["c"], 2)
    topics.produce(sink.topic, [(key, None)])
    wait_until(lambda: [row["a"] for row in database["c"].find()] == [2], 20, "the deletion")


def test_a_name_of_a_collection_that_is_missing_can_be_an_error(sink, database):
    one = sink([(b"k", b'{"to":"x"}'), (b"k", b'{"to":5}')],
               {"namespace.mapper": "FieldPathNamespaceMapper", "namespace.mapper.value.collection.field": "to",
                "namespace.mapper.error.if.invalid": "true"}, ready=False)
    assert one.process.wait(30) == 1
    assert "value.to has no name of a database or collection" in one.log()
    assert database["c"].count_documents({}) == 0


def test_measurements_make_their_collection(sink, database):
    sink([(None, b'{"at":1700000000000,"m":"a","v":1}'), (None, b'{"at":"2024-05-06 07:08:09Z","m":"b","v":2}')],
         {"timeseries.timefield": "at", "timeseries.metafield": "m", "timeseries.granularity": "minutes",
          "timeseries.expire.after.seconds": "999999999", "timeseries.timefield.auto.convert": "true"})
    holds(database["c"], 2)
    options = database["c"].options()
    assert options["timeseries"]["timeField"] == "at" and options["timeseries"]["granularity"] == "minutes"
    assert options["expireAfterSeconds"] == 999999999
    assert database["c"].count_documents({"at": {"$type": "date"}}) == 2


def test_an_ordinary_collection_takes_no_measurements(sink, database):
    database.create_collection("c")
    one = sink([(None, b'{"at":1}')], {"timeseries.timefield": "at"}, ready=False)
    assert one.process.wait(30) == 1
    assert "is no time series collection" in one.log()


def test_rows_of_debezium_follow_their_table(sink, database):
    def event(op, number, name=None):
        after = {"id": number, "name": name} if name else None
        return json.dumps({"id": number}).encode(), json.dumps({"op": op, "before": None, "after": after}).encode()

    sink([event("c", 1, "a"), event("r", 2, "b"), event("u", 1, "c"), event("d", 2), (b'{"id":2}', None)],
         {"input.key.format": "JSON",
          "change.data.capture.handler": "com.mongodb.kafka.connect.sink.cdc.debezium.rdbms.postgres.PostgresHandler"})
    wait_until(lambda: list(database["c"].find()) == [{"_id": {"id": 1}, "name": "c"}], 20, "the row")


def test_a_rate_limit_pauses_between_bulks(sink, database):
    began = time.monotonic()
    sink(numbers(100), {"max.batch.size": "10", "rate.limiting.timeout": "200", "rate.limiting.every.n": "1"})
    holds(database["c"], 100)
    assert time.monotonic() - began > 1.8


def test_dead_letters_are_replayed_as_the_records_that_they_were(sink, database, topics):
    letters = sink.topic + "-dlq"
    database.create_collection("c", validator={"N": {"$lt": 1000}})
    one = sink(numbers(50) + numbers(20, 1000), {"errors.tolerance": "all", "errors.deadletterqueue.topic.name": letters})
    topics.read(letters, expect=20)
    holds(database["c"], 50)
    first = run("sink", "replay", "--dlq", letters, one.file)
    assert first.returncode == 0, first.stderr
    assert len(topics.read(letters)) == 40 and database["c"].count_documents({}) == 50
    database.command("collMod", "c", validator={})
    for _ in range(2):
        again = run("sink", "replay", "--dlq", letters, one.file)
        assert again.returncode == 0, again.stderr
        assert database["c"].count_documents({}) == 70
    replayed = list(database["c"].find({"N": {"$gte": 1000}}))
    assert all(row["_id"].startswith(sink.topic + "#") for row in replayed)
    assert one.process.poll() is None and len(topics.read(letters)) == 40
    database["c"].delete_many({})
    run("sink", "replay", "--dlq", letters, one.file)
    assert database["c"].count_documents({}) == 0, "replayed letters were replayed again"


def test_a_letter_without_its_value_is_not_replayed_as_a_tombstone(sink, database, topics):
    letters = sink.topic + "-dlq"
    topics.create(letters, configs={"max.message.bytes": "20000"})
    large = json.dumps({"N": "x" * 30000}).encode()
    one = sink([(b'{"id":1}', b'{"N":"kept"}')], {
        "errors.tolerance": "all", "errors.deadletterqueue.topic.name": letters, "input.key.format": "JSON",
        "document.id.strategy": "FullKeyStrategy", "delete.on.null.values": "true"})
    holds(database["c"], 1)
    database.command("collMod", "c", validator={"N": "kept"})
    topics.produce(sink.topic, [(b'{"id":1}', large)])
    assert topics.read(letters, expect=1)[0].value is None
    answer = run("sink", "replay", "--dlq", letters, one.file)
    assert answer.returncode == 0, answer.stderr
    assert "too large for the dead letter queue" in answer.stderr
    holds(database["c"], 1)


def test_a_replay_of_nothing_says_what_is_wrong(sink):
    one = sink()
    answer = run("sink", "replay", "--dlq", sink.topic + "-none", one.file)
    assert answer.returncode == 1 and "does not exist" in answer.stderr
    assert run("sink", "replay", one.file).returncode == 2


def test_an_outage_of_the_database_loses_nothing(sink, database, topics, mongodb_uri):
    parsed = urllib.parse.urlsplit(mongodb_uri)
    cable = Cable(parsed.hostname, parsed.port or 27017)
    try:
        one = sink(numbers(1000), {"connection.uri": f"mongodb://127.0.0.1:{cable.port}/?directConnection=true",
                                   "max.num.retries": "1", "retries.defer.timeout": "300"})
        holds(database["c"], 1000)
        cable.cut()
        topics.produce(sink.topic, numbers(1000, 1000))
        wait_until(lambda: "will be tried again" in one.log(), 30, "a retry")
        time.sleep(2)
        assert one.process.poll() is None and database["c"].count_documents({}) == 1000
        cable.mend()
        holds(database["c"], 2000, 60)
        assert one.log().count("partitions assigned") == 1
    finally:
        cable.close()
