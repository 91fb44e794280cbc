"""Pairs of a prediction and a weight fed at a rate, and what the recipe makes of them: a model of its own, without weir."""
import collections
import decimal
import json
import threading
import time

import kafka

WINDOW_MS = 60_000
START = (int(time.time()) - 7200) * 1000 // WINDOW_MS * WINDOW_MS  # not older than a topic's retention
BATCH = 50


class Line(threading.Thread):
    """Feeds `count` pairs in batches; event time goes on by 10 ms a pair, the two halves of a pair by turns first."""

    def __init__(self, bootstrap, recipe, count, pairs_per_second):
        super().__init__(daemon=True)
        self.producer = kafka.KafkaProducer(bootstrap_servers=bootstrap, acks="all", linger_ms=5)
        self.recipe, self.count, self.pause = recipe, count, BATCH / pairs_per_second
        self.start()

    def run(self):
        for first in range(0, self.count, BATCH):
            for number in range(first, min(first + BATCH, self.count)):
                fish = fish_id(number)
                halves = [(self.recipe.predictions, {"fish_id": fish, "species": "Pike", "height": 1.0, "length": 2.0,
                                                     "prediction": 100.0 + number % 60}),
                          (self.recipe.weights, {"fish_id": fish, "species": "Pike", "weight": 100.0})]
                for topic, value in halves if number % 2 else reversed(halves):
                    self.producer.send(topic, key=fish.encode(), value=json.dumps(value).encode(),
                                       timestamp_ms=START + 10 * number)
            self.producer.flush()
            time.sleep(self.pause)
        self.producer.close()


def fish_id(number):
    return f"F{number:07d}"


def error(number):
    exact = decimal.Decimal(number % 60) / 100
    return float(exact.quantize(decimal.Decimal("0.001"), rounding=decimal.ROUND_HALF_UP))


def expected_pairs(count):
    """The multiset of joined records."""
    return collections.Counter((fish_id(number), error(number)) for number in range(count))


def joined_pairs(records):
    return collections.Counter((record.key.decode(), json.loads(record.value)["ERROR"]) for record in records)


def expected_averages(count):
    """The last average of each window, ten decimals: the order of addition is free."""
    windows = collections.defaultdict(list)
    for number in range(count):
        windows[START + 10 * number - (START + 10 * number) % WINDOW_MS].append(error(number))
    return {start: round(sum(errors) / len(errors), 10) for start, errors in windows.items()}


def last_averages(records):
    last = {}
    for record in records:
        last[int.from_bytes(record.key[-8:], "big")] = record.value
    return {start: value and round(json.loads(value)["ERRORAVG"], 10) for start, value in last.items()}
