"""A mongod of its own with TLS, SCRAM and X.509, its authority and certificates."""
import os
import pathlib
import shutil
import subprocess

import pymongo

from .processes import free_port, wait_until

CACHE = pathlib.Path(os.environ.get("XDG_CACHE_HOME", pathlib.Path.home() / ".cache")) / "weir"
PASSWORD = "p@ss/word"
CLIENT = "CN=weir,OU=pipelines,O=fish"


def find_mongod():
    ours = CACHE / "mongod"
    return str(ours) if ours.exists() else shutil.which("mongod")


class SecureMongod:
    def __init__(self, folder):
        self.folder, self.port = pathlib.Path(folder), free_port()
        self._certificates()
        (self.folder / "data").mkdir()
        key = self.folder / "key"
        key.write_text("a" * 64)
        key.chmod(0o400)
        self.start()
        self._users()

    def start(self):
        self.process = subprocess.Popen(
            [find_mongod(), "--dbpath", self.folder / "data", "--port", str(self.port), "--bind_ip", "127.0.0.1",
             "--replSet", "secure", "--auth", "--keyFile", self.folder / "key", "--tlsMode", "requireTLS",
             "--tlsCertificateKeyFile", self.folder / "server.pem", "--tlsCAFile", self.authority,
             "--tlsAllowConnectionsWithoutCertificates", "--wiredTigerCacheSizeGB", "0.25",
             "--logpath", self.folder / "mongod.log"], stdout=subprocess.DEVNULL)

    def _openssl(self, *words):
        subprocess.run(["openssl", *map(str, words)], check=True, capture_output=True, cwd=self.folder)

    def _certificates(self):
        self.authority = self.folder / "ca.pem"
        self._openssl("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=authority",
                      "-keyout", "ca.key", "-out", "ca.pem")
        (self.folder / "names").write_text("subjectAltName=IP:127.0.0.1,DNS:localhost")
        for name, subject in (("server", "/O=servers/CN=localhost"), ("client", "/O=fish/OU=pipelines/CN=weir")):
            self._openssl("req", "-newkey", "rsa:2048", "-nodes", "-subj", subject, "-keyout", f"{name}.key",
                          "-out", f"{name}.csr")
            self._openssl("x509", "-req", "-in", f"{name}.csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial",
                          "-days", "2", "-extfile", "names", "-out", f"{name}.crt")
            (self.folder / f"{name}.pem").write_bytes(
                (self.folder / f"{name}.key").read_bytes() + (self.folder / f"{name}.crt").read_bytes())

    def client(self, **options):
        return pymongo.MongoClient("127.0.0.1", self.port, directConnection=True, tls=True,
                                   tlsCAFile=str(self.authority), serverSelectionTimeoutMS=2000, **options)

    def answers(self):
        try:
            return self.client().admin.command("ping")
        except pymongo.errors.PyMongoError:
            return False

    def _users(self):
        wait_until(self.answers, 30, "mongod")
        local = self.client()
        member = {"_id": 0, "host": f"127.0.0.1:{self.port}"}
        local.admin.command("replSetInitiate", {"_id": "secure", "members": [member]})
        wait_until(lambda: local.admin.command("hello")["isWritablePrimary"], 30, "a primary")
        local.admin.command("createUser", "root", pwd=PASSWORD, roles=["root"])
        self.root = self.client(username="root", password=PASSWORD)
        self.root.admin.command("createUser", "scram", pwd=PASSWORD, roles=["readAnyDatabase"],
                                mechanisms=["SCRAM-SHA-256"])
        self.root["$external"].command("createUser", CLIENT, roles=[{"role": "readAnyDatabase", "db": "admin"}])

    def kill(self):
        self.process.kill()
        self.process.wait()

    def close(self):
        self.process.terminate()
        self.process.wait(30)
