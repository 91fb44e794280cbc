"""MongoDB servers of one test's own, to stop, kill and step down."""
import os
import pathlib
import shutil
import signal
import subprocess
import time

import pymongo
import pytest

from support.processes import free_port, wait_until

BINARY = pathlib.Path(os.environ.get("XDG_CACHE_HOME", pathlib.Path.home() / ".cache")) / "weir/mongod"


class ReplicaSet:
    """count members on loopback; uri names all of them."""

    def __init__(self, folder, count=1):
        if not BINARY.exists():
            pytest.skip("no mongod binary of scripts/services")
        self.folder = pathlib.Path(folder)
        self.ports = [free_port() for _ in range(count)]
        self.processes = {}
        for port in self.ports:
            (self.folder / f"mongod-{port}").mkdir()
            self.start(port)
        hosts = ",".join(f"127.0.0.1:{port}" for port in self.ports)
        self.uri = f"mongodb://{hosts}/?replicaSet=own&serverSelectionTimeoutMS=2000"
        members = [{"_id": index, "host": f"127.0.0.1:{port}"} for index, port in enumerate(self.ports)]
        wait_until(lambda: self.initiate(members), 30, "a replica set")
        self.client = pymongo.MongoClient(f"mongodb://{hosts}/?replicaSet=own")
        wait_until(lambda: self.client.primary, 30, "a primary")

    def initiate(self, members):
        try:
            client = pymongo.MongoClient("127.0.0.1", self.ports[0], directConnection=True, serverSelectionTimeoutMS=500)
            settings = {"electionTimeoutMillis": 1000, "heartbeatIntervalMillis": 200}
            client.admin.command("replSetInitiate", {"_id": "own", "members": members, "settings": settings})
        except pymongo.errors.OperationFailure as error:
            return error.code == 23  # it is one already
        except pymongo.errors.PyMongoError:
            return False
        return True

    def start(self, port=None):
        for one in [port] if port else self.ports:
            log = open(self.folder / f"mongod-{one}.log", "ab")
            self.processes[one] = subprocess.Popen(
                [BINARY, "--dbpath", self.folder / f"mongod-{one}", "--port", str(one), "--bind_ip", "127.0.0.1",
                 "--replSet", "own", "--wiredTigerCacheSizeGB", "0.25", "--setParameter", "diagnosticDataCollectionEnabled=false"],
                stdout=log, stderr=log)

    def stop(self, how=signal.SIGTERM):
        for process in self.processes.values():
            process.send_signal(how)
        for process in self.processes.values():
            process.wait(60)

    def step_down(self):
        """Another member becomes primary."""
        before = self.client.primary
        try:
            self.client.admin.command("replSetStepDown", 20, secondaryCatchUpPeriodSecs=10)
        except pymongo.errors.AutoReconnect:
            pass

        def moved():
            time.sleep(0.1)
            return self.client.primary not in (None, before)

        wait_until(moved, 40, "another primary")

    def close(self):
        self.client.close()
        self.stop(signal.SIGKILL)
        for port in self.ports:
            shutil.rmtree(self.folder / f"mongod-{port}", ignore_errors=True)
