"""The training endpoint: POST /retrain refits the model from the newest documents of mdb.training_data, GET /model serves it.

A repeated Idempotency-Key is answered without a second training. One JSON line on standard output for each
thing that happens."""
import argparse
import http.server
import json
import threading
import time

import pymongo

import fish


def tell(event, **fields):
    print(json.dumps({"event": event, "at": time.time(), **fields}), flush=True)


class Trainer:
    def __init__(self, options):
        self.collection = pymongo.MongoClient(options.mongodb_uri)["mdb"]["training_data"]
        self.options = options
        self.lock = threading.Lock()
        self.answered = {}
        self.version = 1
        self.species = fish.fit((f["species"], f["length"], f["weight"]) for f in fish.catch())

    def model(self):
        with self.lock:
            return {"version": self.version, "species": self.species}

    def newest(self):
        """The newest training documents, in order of their insertion."""
        rows = self.collection.find({"ACTUAL": {"$gt": 0}}).sort("$natural", -1).limit(self.options.documents)
        return [(row["SPECIES"], row["LENGTH"], row["ACTUAL"]) for row in rows]

    def retrain(self, key, trigger):
        at = time.time()
        with self.lock:
            if key and key in self.answered:
                tell("repeat", key=key)
                return self.answered[key]
        time.sleep(self.options.settle_seconds)  # a training run takes its time; more weighed fish arrive meanwhile
        rows = self.newest()
        with self.lock:
            self.species = {**self.species, **fish.fit(rows)}
            self.version += 1
            answer = {"version": self.version, "documents": len(rows)}
            if key:
                self.answered[key] = answer
        tell("retrain", received=at, key=key, trigger=trigger, **answer)
        return answer


def handler(trainer):
    class Handler(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def answer(self, status, document):
            body = json.dumps(document).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def do_GET(self):
            if self.path == "/model":
                self.answer(200, trainer.model())
            elif self.path == "/healthz":
                self.answer(200, {"status": "healthy"})
            else:
                self.answer(404, {"error": f"no {self.path}"})

        def do_POST(self):
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            if self.path != "/retrain":
                self.answer(404, {"error": f"no {self.path}"})
                return
            try:
                trigger = json.loads(body)
            except ValueError:
                self.answer(400, {"error": "the body is not JSON"})
                return
            self.answer(200, trainer.retrain(self.headers.get("Idempotency-Key"), trigger))

        def log_message(self, format, *arguments):
            pass

    return Handler


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--mongodb-uri", required=True)
    parser.add_argument("--address", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8099, help="0 = any that is free; told on standard output")
    parser.add_argument("--documents", type=int, default=150, help="how many of the newest fish to learn from")
    parser.add_argument("--settle-seconds", type=float, default=3)
    options = parser.parse_args()
    server = http.server.ThreadingHTTPServer((options.address, options.port), handler(Trainer(options)))
    tell("listening", port=server.server_address[1])
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        pass


main()
