"""Reads and writes topics with a client that is not librdkafka, so that two implementations agree on the bytes."""
import time

import kafka
import kafka.admin


class Topics:
    def __init__(self, bootstrap):
        self.bootstrap = bootstrap
        self.connect()

    def connect(self):
        """Also after the broker was away: these clients then fail for long."""
        self.consumers = {}  # committed or not: the consumer
        self.admin = kafka.admin.KafkaAdminClient(bootstrap_servers=self.bootstrap)

    def create(self, name, partitions=1, configs=None):
        topic = kafka.admin.NewTopic(name, num_partitions=partitions, replication_factor=1, topic_configs=configs or {})
        self.admin.create_topics([topic])
        while name not in self.names():  # the broker tells of it a moment after the controller has made it
            time.sleep(0.01)

    def names(self):
        return set(self.admin.list_topics())

    def delete(self, *names):
        there = self.names()
        names = [name for name in names if name in there]
        if names:
            self.admin.delete_topics(names)

    def partitions(self, name):
        return len(self._consumer().partitions_for_topic(name) or ())

    def _consumer(self, committed=True):
        """One for all readings: this client gets slower with every consumer that it has ever made."""
        if committed not in self.consumers:
            self.consumers[committed] = kafka.KafkaConsumer(
                bootstrap_servers=self.bootstrap,
                isolation_level="read_committed" if committed else "read_uncommitted",
                auto_offset_reset="earliest",
                enable_auto_commit=False,
            )
        return self.consumers[committed]

    def read(self, name, committed=True, expect=None, seconds=30):
        """All records from the beginning to the end offsets of now, by partition and offset. With expect: reads on
        until there are so many; fails when they do not come."""
        consumer = self._consumer(committed)
        deadline = time.monotonic() + seconds
        records = []
        while not consumer.partitions_for_topic(name):
            assert expect and time.monotonic() < deadline, f"no topic {name}"
            time.sleep(0.1)
        partitions = [kafka.TopicPartition(name, p) for p in consumer.partitions_for_topic(name)]
        consumer.assign(partitions)
        consumer.seek_to_beginning(*partitions)
        ends = consumer.end_offsets(partitions)
        while True:
            for batch in consumer.poll(timeout_ms=100).values():
                records.extend(batch)
            at_end = all(consumer.position(p) >= ends[p] for p in partitions)
            if at_end and (expect is None or len(records) >= expect):
                break
            assert time.monotonic() < deadline, f"{name}: {len(records)} records, expected {expect}"
            ends = consumer.end_offsets(partitions) if expect else ends
        consumer.unsubscribe()
        return sorted(records, key=lambda record: (record.partition, record.offset))

    def produce(self, name, records, linger_ms=0):
        """records: (key, value) or (key, value, timestamp_ms), bytes or None. With linger_ms, a few appear all at once."""
        producer = kafka.KafkaProducer(bootstrap_servers=self.bootstrap, acks="all", linger_ms=linger_ms)
        for key, value, *timestamp in records:
            producer.send(name, key=key, value=value, timestamp_ms=timestamp[0] if timestamp else None)
        producer.flush()
        producer.close()
