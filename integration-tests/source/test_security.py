"""TLS, SCRAM and X.509 towards MongoDB, and what a wrong setting says."""
import json

import pytest
from pymongo.write_concern import WriteConcern

from support.processes import wait_until
from support.secure_mongod import SecureMongod, find_mongod

from .conftest import COLLECTION

pytestmark = pytest.mark.skipif(not find_mongod(), reason="there is no mongod to start")


@pytest.fixture(scope="module")
def secure(tmp_path_factory):
    one = SecureMongod(tmp_path_factory.mktemp("secure"))
    yield one
    one.close()


@pytest.fixture
def ways(secure):
    hosts, authority = f"127.0.0.1:{secure.port}", {"connection.ssl.truststore": str(secure.authority)}
    client = str(secure.folder / "client.pem")
    return {
        "scram": {"connection.uri": f"mongodb://scram:p%40ss%2Fword@{hosts}/?authMechanism=SCRAM-SHA-256&directConnection=true",
                  **authority},
        "host": {"connection.uri": None, "connection.host": hosts, "connection.user": "scram",
                 "connection.password": "p@ss/word", **authority},
        "x509": {"connection.uri": f"mongodb://{hosts}/?authMechanism=MONGODB-X509&directConnection=true",
                 "connection.ssl.keystore": client, **authority},
        "uri": {"connection.uri": f"mongodb://{hosts}/?authMechanism=MONGODB-X509&tls=true&directConnection=true"
                                  f"&tlsCAFile={secure.authority}&tlsCertificateKeyFile={client}"},
        "password": {"connection.uri": f"mongodb://scram:wrong@{hosts}/?directConnection=true", **authority},
        "authority": {"connection.uri": f"mongodb://scram:p%40ss%2Fword@{hosts}/?tls=true&directConnection=true"
                                        "&serverSelectionTimeoutMS=2000"},
    }


@pytest.mark.parametrize("way", ["scram", "host", "x509", "uri"])
def test_a_source_proves_who_it_is(way, ways, secure, stage, events, unique, topics):
    stage("source", events(**ways[way], **{"startup.mode": "copy_existing"})).start()
    secure.root[unique][COLLECTION].insert_one({"_id": 1})
    record = topics.read(f"{unique}.{COLLECTION}", expect=1)[0]
    assert json.loads(record.key) == {"_id": 1}
    secrets = [secret for secret in ("p@ss", "p%40ss") if secret in topics.read(f"{unique}-offsets", expect=1)[0].key.decode()]
    assert secrets == []


def test_a_server_that_dies_and_comes_back_loses_nothing(ways, secure, stage, events, unique, topics):
    topic, collection = f"{unique}.{COLLECTION}", secure.root[unique][COLLECTION]
    source = stage("source", events(**ways["scram"], **{"errors.retry.delay.max.ms": "1000"})).start()
    collection.with_options(write_concern=WriteConcern(j=True)).insert_many([{"_id": number} for number in range(50)])
    topics.read(topic, expect=50)
    secure.kill()
    wait_until(lambda: "trying again" in source.log(), 30, "the failure")
    secure.start()
    wait_until(lambda: secure.answers() and secure.root.admin.command("hello")["isWritablePrimary"], 60, "a primary")
    collection.insert_many([{"_id": number} for number in range(50, 100)])
    records = topics.read(topic, expect=100, seconds=60)
    assert [json.loads(record.key)["_id"] for record in records] == list(range(100))
    assert source.process.poll() is None


def test_a_wrong_password_ends_the_source(ways, stage, events):
    source = stage("source", events(**ways["password"])).start(ready=False)
    assert source.process.wait(30) == 1 and "uthentication failed" in source.log() and "wrong" not in source.log()


def test_a_server_of_an_unknown_authority_is_not_spoken_to(ways, stage, events):
    source = stage("source", events(**ways["authority"])).start(ready=False)
    wait_until(lambda: "certificate" in source.log().lower() or "tls" in source.log().lower(), 30, "the reason")
    assert source.http("/readyz")[0] != 200


@pytest.mark.parametrize("name, value, text", [
    ("connection.ssl.truststore", "store.jks", "keytool"),
    ("connection.ssl.keystore", "store.p12", "openssl pkcs12"),
    ("mongo.custom.auth.mechanism.enable", "true", "authMechanism="),
    ("mongo.custom.auth.mechanism.providerClass", "com.example.Provider", "authMechanism="),
])
def test_what_needs_java_says_what_to_do(name, value, text, stage, events):
    source = stage("source", events(**{name: value})).start(ready=False)
    assert source.process.wait(20) == 2 and name in source.log() and text in source.log()
