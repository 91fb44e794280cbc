"""Nothing lost, nothing doubled: MongoDB stopped, killed and stepped down, the sink killed at chosen points, and rebalances.

WEIR_TEST_OUTAGE_S is how long MongoDB stays away (default 5 seconds; 60 for the long form)."""
import json
import os
import signal
import threading
import time
import urllib.parse

import kafka
import pytest

from support.misbehaving import Cable
from support.mongods import ReplicaSet
from support.processes import wait_until

OUTAGE_S = float(os.environ.get("WEIR_TEST_OUTAGE_S", "5"))
INSERTS = {}
REPLACES = {"writemodel.strategy": "ReplaceOneDefaultStrategy"}
# New ids for each delivery: only the stored offsets keep documents from being doubled.
TRANSACTIONS = {"writemodel.strategy": "InsertOneDefaultStrategy", "document.id.strategy": "BsonOidStrategy",
                "exactly.once.offsets.collection": "{database}.offsets"}
WRITES = pytest.mark.parametrize("writes", [INSERTS, REPLACES, TRANSACTIONS], ids=["inserts", "replaces", "transactions"])


class Stream:
    """Numbers records one after the other until told to end; key = N % 50, so that each key has an order."""

    def __init__(self, topics, topic, per_second=1000):
        self.bootstrap, self.topic, self.per_second, self.count, self.going = topics.bootstrap, topic, per_second, 0, True
        self.thread = threading.Thread(target=self.run, daemon=True)
        self.thread.start()

    def run(self):
        producer = kafka.KafkaProducer(bootstrap_servers=self.bootstrap, acks="all", linger_ms=10)
        while self.going:
            for _ in range(self.per_second // 50):
                value = {"N": self.count, "key": self.count % 50}
                producer.send(self.topic, key=str(value["key"]).encode(), value=json.dumps(value).encode())
                self.count += 1
            time.sleep(0.02)
        producer.flush()
        producer.close()

    def end(self):
        self.going = False
        self.thread.join(60)
        return self.count


def each_once(collection, count, seconds=90):
    wait_until(lambda: collection.count_documents({}) >= count, seconds, f"{count} documents", every=0.2)
    time.sleep(0.5)
    numbers = sorted(row["N"] for row in collection.find({}, {"N": 1}))
    assert numbers == list(range(count))


def config(unique, bootstrap, uri, more):
    return {"name": unique, "connector.class": "MongoDbAtlasSink", "bootstrap.servers": bootstrap, "topics": unique,
            "connection.uri": uri, "input.data.format": "JSON", "database": unique, "collection": "c",
            "offset.flush.interval.ms": "200", "max.num.retries": "2", "retries.defer.timeout": "300",
            "errors.retry.delay.max.ms": "1000",
            **{name: value.format(database=unique) for name, value in more.items()}}


@pytest.fixture
def own_mongodb(tmp_path):
    """own_mongodb(count) starts a replica set of so many members."""
    sets = []

    def make(count=1):
        sets.append(ReplicaSet(tmp_path, count))
        return sets[-1]

    yield make
    for one in sets:
        one.close()


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGKILL])
@WRITES
def test_mongodb_away_in_mid_run_loses_and_doubles_nothing(stage, bootstrap, topics, unique, own_mongodb, how, writes):
    mongodb = own_mongodb()
    topics.create(unique, partitions=3)
    stream = Stream(topics, unique)
    sink = stage("sink", config(unique, bootstrap, mongodb.uri, {**writes, "connection.uri": mongodb.uri + "&w=majority"}))
    sink.start()
    collection = mongodb.client[unique]["c"]
    wait_until(lambda: collection.count_documents({}) > 500, 30, "documents")
    mongodb.stop(how)
    time.sleep(OUTAGE_S)
    assert sink.process.poll() is None
    mongodb.start()
    wait_until(lambda: mongodb.client.primary, 60, "a primary")
    before = collection.count_documents({})
    wait_until(lambda: collection.count_documents({}) > before + 500, 60, "documents after the outage")
    each_once(collection, stream.end())
    assert sink.log().count("partitions assigned") == 1


@pytest.mark.parametrize("writes", [INSERTS, TRANSACTIONS], ids=["inserts", "transactions"])
def test_a_primary_that_steps_down_loses_and_doubles_nothing(stage, bootstrap, topics, unique, own_mongodb, writes):
    mongodb = own_mongodb(3)
    topics.create(unique, partitions=3)
    stream = Stream(topics, unique, 500)
    more = {**writes, "max.batch.size": "20"}
    sink = stage("sink", config(unique, bootstrap, mongodb.uri + "&w=majority", more)).start(seconds=60)
    collection = mongodb.client[unique]["c"]
    for _ in range(2):
        before = collection.count_documents({})
        wait_until(lambda: collection.count_documents({}) > before + 300, 60, "documents")
        mongodb.step_down()
    each_once(collection, stream.end())
    assert sink.process.poll() is None


POINTS = ["in mid run", "written, the answer lost", "answered, no offset committed", "while letters go to the queue"]


@pytest.mark.parametrize("writes", [INSERTS, TRANSACTIONS], ids=["inserts", "transactions"])
@pytest.mark.parametrize("point", POINTS)
def test_kill_9_at_any_point_loses_and_doubles_nothing(stage, bootstrap, topics, unique, mongodb_uri, database, point, writes):
    parsed = urllib.parse.urlsplit(mongodb_uri)
    cable = Cable(parsed.hostname, parsed.port or 27017)
    uri = f"mongodb://127.0.0.1:{cable.port}/?directConnection=true&socketTimeoutMS=60000"
    more = {**writes, "offset.flush.interval.ms": "3600000" if "no offset" in point else "200"}
    if "letters" in point:
        more |= {"errors.tolerance": "all", "errors.deadletterqueue.topic.name": unique + "-dlq"}
    topics.create(unique, partitions=3)
    sink = stage("sink", config(unique, bootstrap, uri, more))
    stream = Stream(topics, unique)
    bad = kafka.KafkaProducer(bootstrap_servers=bootstrap)
    collection = database["c"]
    try:
        for _ in range(3):
            sink.start()
            before = collection.count_documents({})
            wait_until(lambda: collection.count_documents({}) > before + 200, 30, "documents")
            if "lost" in point:
                cable.muted = True
                time.sleep(0.5)
            if "letters" in point:
                for number in range(100):
                    bad.send(unique, key=b"k", value=b"bad %d" % number)
                bad.flush()
                wait_until(lambda: unique + "-dlq" in topics.names() and topics.read(unique + "-dlq"), 20, "a dead letter")
            sink.kill()
            cable.cut()
            cable.muted = False
            cable.mend()
        sink.start()
        each_once(collection, stream.end())
        if "letters" in point:
            letters = topics.read(unique + "-dlq", expect=100)
            assert {letter.value for letter in letters} == {b"bad %d" % number for number in range(100)}
    finally:
        stream.going = False
        bad.close()
        cable.close()


@WRITES
def test_rebalances_in_mid_batch_lose_and_double_nothing(stage, bootstrap, topics, unique, mongodb_uri, database, writes):
    topics.create(unique, partitions=6)
    stream = Stream(topics, unique)
    more = {**writes, "tasks.max": "2", "max.batch.size": "50"}
    first = stage("sink", config(unique, bootstrap, mongodb_uri, more), name="first").start()
    second = stage("sink", config(unique, bootstrap, mongodb_uri, more), name="second")
    collection = database["c"]
    for how in (second.kill, second.stop, second.stop):
        second.start()
        before = collection.count_documents({})
        wait_until(lambda: collection.count_documents({}) > before + 500, 40, "documents")
        how()
    each_once(collection, stream.end())
    assert first.log().count("partitions assigned") >= 3


def test_values_of_a_key_arrive_in_their_order_through_crashes(stage, bootstrap, topics, unique, mongodb_uri, database):
    topics.create(unique, partitions=3)
    stream = Stream(topics, unique)
    more = {"document.id.strategy": "PartialValueStrategy", "value.projection.type": "allowlist",
            "value.projection.list": "key", "max.batch.size": "20"}
    sink = stage("sink", config(unique, bootstrap, mongodb_uri, more))
    for _ in range(3):
        sink.start()
        before = stream.count
        wait_until(lambda: database["c"].count_documents({"N": {"$gt": before}}) > 0, 30, "new values")
        sink.kill()
    sink.start()
    count = stream.end()
    wanted = {key: max(range(key, count, 50)) for key in range(50)}
    wait_until(lambda: {row["key"]: row["N"] for row in database["c"].find()} == wanted, 60, "the last value of each key")


def test_records_that_a_transaction_refuses_are_rejected_alone(stage, bootstrap, topics, unique, mongodb_uri, database):
    topics.create(unique)
    database.create_collection("c", validator={"N": {"$ne": 7}})
    records = [(None, json.dumps({"N": number}).encode()) for number in range(20)] + [(None, b"no json"), (None, b'{"N":20}')]
    topics.produce(unique, records)
    more = {**TRANSACTIONS, "errors.tolerance": "all", "errors.deadletterqueue.topic.name": unique + "-dlq"}
    sink = stage("sink", config(unique, bootstrap, mongodb_uri, more)).start()
    wait_until(lambda: database["c"].count_documents({}) == 20, 30, "the others")
    letters = topics.read(unique + "-dlq", expect=2)
    assert sorted(letter.value for letter in letters) == [b"no json", b'{"N": 7}']
    stored = database["offsets"].find_one({"_id": f"{unique}#{unique}#0"})
    assert stored["offset"] == 22
    sink.stop()
    sink.start()
    topics.produce(unique, [(None, b'{"N":21}')])
    wait_until(lambda: database["c"].count_documents({}) == 21, 30, "one more")
