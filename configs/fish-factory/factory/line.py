"""The processing line: measures a fish, predicts its weight, weighs it a moment later; both results go to MongoDB.

The fish are the real catch, drawn at random with a seeded jitter so that the line can run for ever. After
--drift-after seconds the fish put on weight, which the model does not know: its error rises. One JSON line on
standard output for each thing that happens."""
import argparse
import collections
import json
import random
import sys
import time
import urllib.request

import pymongo

import fish


def tell(event, **fields):
    print(json.dumps({"event": event, "at": time.time(), **fields}), flush=True)


class Line:
    def __init__(self, options):
        database = pymongo.MongoClient(options.mongodb_uri)["mdb"]
        self.predictions = database["weight-prediction"]
        self.weights = database["machine-weight"]
        self.options = options
        self.random = random.Random(options.seed)
        self.catch = fish.catch()
        self.model, self.version = {}, None
        self.started = self.model_read_at = time.monotonic()
        self.drifting = False
        self.count = 0
        self.on_the_belt = collections.deque()  # (time to weigh, document)

    def read_model(self):
        with urllib.request.urlopen(self.options.model_url, timeout=5) as answer:
            served = json.load(answer)
        if served["version"] != self.version:
            self.model, self.version = served["species"], served["version"]
            tell("model", version=self.version)

    def growth(self):
        """How much heavier than its length says a fish is now."""
        drifting = time.monotonic() - self.started >= self.options.drift_after
        if drifting and not self.drifting:
            tell("drift", factor=self.options.drift_factor)
        self.drifting = drifting
        return self.options.drift_factor if drifting else 1.0

    def next_fish(self):
        """One more fish: what is measured now, and its weight for later."""
        drawn = self.random.choice(self.catch)
        scale = self.random.uniform(0.95, 1.05)
        weight = drawn["weight"]
        if weight is not None:
            weight = round(weight * scale**3 * self.growth() * self.random.uniform(0.98, 1.02), 2)
        self.count += 1
        length = round(drawn["length"] * scale, 2)
        identity = {"fish_id": f"F{self.options.seed:03d}-{self.count:07d}", "species": drawn["species"]}
        measured = {
            **identity,
            "height": round(drawn["height"] * scale, 4),
            "length": length,
            "prediction": fish.predict(self.model, drawn["species"], length),
        }
        return measured, {**identity, "weight": weight}

    def step(self, now):
        measured, weighed = self.next_fish()
        self.predictions.insert_one(measured)
        self.on_the_belt.append((now + self.random.uniform(0.05, 0.25), weighed))
        while self.on_the_belt and self.on_the_belt[0][0] <= now:
            self.weigh(self.on_the_belt.popleft()[1])

    def weigh(self, document):
        at = time.time()
        self.weights.insert_one(document)
        tell("weighed", fish_id=document["fish_id"], inserted=at)

    def run(self):
        self.read_model()
        interval = 1 / self.options.rate
        due = time.monotonic()
        while not self.options.count or self.count < self.options.count:
            now = time.monotonic()
            if now - self.model_read_at > 0.5:
                self.model_read_at = now
                self.read_model()
            self.step(now)
            due = max(due + interval, now - 1)
            time.sleep(max(0, due - time.monotonic()))
        while self.on_the_belt:
            self.weigh(self.on_the_belt.popleft()[1])


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--mongodb-uri", required=True)
    parser.add_argument("--model-url", default="http://127.0.0.1:8099/model")
    parser.add_argument("--rate", type=float, default=20, help="fish per second")
    parser.add_argument("--count", type=int, default=0, help="stop after this many fish; 0 = never")
    parser.add_argument("--drift-after", type=float, default=20, help="seconds")
    parser.add_argument("--drift-factor", type=float, default=1.4)
    parser.add_argument("--seed", type=int, default=1)
    try:
        Line(parser.parse_args()).run()
    except KeyboardInterrupt:
        sys.exit(0)


main()
