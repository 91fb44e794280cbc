"""Writers that change a collection, and what its topic of change events must come to."""
import json
import random
import threading
import time


class Writer(threading.Thread):
    """Inserts, updates, replaces and deletes until `stop`; ids from `first` on."""

    def __init__(self, collection, first, pause=0.002, seed=7):
        super().__init__(daemon=True)
        self.collection, self.next_id, self.pause = collection, first, pause
        self.random = random.Random(seed)
        self.ended = threading.Event()

    def run(self):
        while not self.ended.is_set():
            self.one()
            time.sleep(self.pause)

    def one(self):
        number = self.random.randrange(self.next_id) if self.next_id else 0
        choice = self.random.randrange(10)
        if choice < 4:
            self.collection.insert_one({"_id": self.next_id, "version": 0})
            self.next_id += 1
        elif choice < 8:
            self.collection.update_one({"_id": number}, {"$inc": {"version": 1}})
        elif choice < 9:
            self.collection.replace_one({"_id": number}, {"_id": number, "version": self.random.randrange(1 << 30)})
        else:
            self.collection.delete_one({"_id": number})

    def stop(self):
        self.ended.set()
        self.join()


def fold_events(records):
    """The collection that change events with updateLookup describe, by _id."""
    state = {}
    for record in records:
        event = json.loads(record.value)
        key = json.dumps(event["documentKey"]["_id"])
        if event["operationType"] == "delete" or event["fullDocument"] is None:
            state.pop(key, None)
        else:
            state[key] = event["fullDocument"]
    return state


def collection_state(collection):
    return {json.dumps(document["_id"]): document for document in collection.find()}


def repeated(records):
    """Identities that occur more than once: resume tokens of events, _ids of copied documents."""
    seen, twice = set(), []
    for record in records:
        identity = json.dumps(json.loads(record.value)["_id"])
        twice += [identity] if identity in seen else []
        seen.add(identity)
    return twice
