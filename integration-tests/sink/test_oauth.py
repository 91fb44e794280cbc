"""The HTTP sink in front of a service that takes tokens: when they are fetched, and how often."""
import base64
import http.server
import json
import subprocess
import threading
import time
import urllib.parse

import kafka
import pytest

from support.processes import wait_until


class TokenServer:
    """Issues tokens at /token, and serves only requests that carry one that is still good.

    fetches: the forms that asked for tokens. served, refused: bodies. gather: so many requests with a bad token are refused
    at the same time, not before."""

    def __init__(self, lifetime_s=3600):
        self.lifetime_s, self.good, self.lock = lifetime_s, {}, threading.Lock()
        self.fetches, self.served, self.refused = [], [], []
        self.answers, self.gather = [], threading.Barrier(1)
        outer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"])).decode()
                status, answer = outer.issue(body) if self.path == "/token" else outer.serve(self.headers, body)
                self.send_response(status)
                self.send_header("Content-Length", str(len(answer)))
                self.end_headers()
                self.wfile.write(answer)

            def log_message(self, format, *arguments):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def issue(self, body):
        with self.lock:
            self.fetches.append(dict(urllib.parse.parse_qsl(body)))
            if self.answers:
                return self.answers.pop(0), b"{}"
            token = f"token-{len(self.fetches)}"
            self.good[token] = time.time() + self.lifetime_s
        return 200, json.dumps({"access_token": token, "token_type": "Bearer", "expires_in": self.lifetime_s}).encode()

    def serve(self, headers, body):
        with self.lock:
            token = (headers["Authorization"] or "").removeprefix("Bearer ")
            good = self.good.get(token, 0) > time.time()
            (self.served if good else self.refused).append(body)
        if not good:
            self.gather.wait(20)
        return (200, b"") if good else (401, b"")

    def revoke(self):
        with self.lock:
            self.good.clear()

    def close(self):
        self.server.shutdown()
        self.server.server_close()


@pytest.fixture
def server():
    one = TokenServer()
    yield one
    one.close()


@pytest.fixture
def sink(stage, bootstrap, topics, unique, server):
    topics.create(unique)

    def start(records=(), ready=True, **properties):
        topics.produce(unique, records)
        config = {"name": unique, "connector.class": "HttpSink", "bootstrap.servers": bootstrap, "topics": unique,
                  "input.data.format": "STRING", "http.api.url": server.url + "/records", "max.retries": "0",
                  "auth.type": "OAUTH2", "oauth2.token.url": server.url + "/token", "oauth2.client.id": "me",
                  "oauth2.client.secret": "hush", "errors.retry.delay.max.ms": "500"}
        return stage("sink", {**config, **{key.replace("_", "."): str(value) for key, value in properties.items()}}).start(ready)

    start.topic = unique
    return start


def numbered(count, first=0):
    return [(f"k{number % 8}".encode(), str(number).encode()) for number in range(first, first + count)]


def test_no_request_goes_with_a_token_that_has_ended(sink, server, topics):
    server.lifetime_s = 4
    sink()
    producer = kafka.KafkaProducer(bootstrap_servers=topics.bootstrap)
    for number in range(100):
        producer.send(sink.topic, str(number).encode())
        time.sleep(0.1)
    producer.close()
    wait_until(lambda: len(server.served) == 100, 20, "all records")
    assert server.served == [str(number) for number in range(100)]
    assert server.refused == [] and len(server.fetches) >= 3


def test_requests_that_are_refused_together_share_one_new_token_and_lose_no_try(sink, server, topics):
    sink(numbered(8), max_in_flight_requests=4)
    wait_until(lambda: len(server.served) == 8, 20, "the first records")
    server.gather = threading.Barrier(4)
    server.revoke()
    topics.produce(sink.topic, numbered(40, 8), linger_ms=5000)  # the sink sees four keys at once
    wait_until(lambda: len(server.served) == 48, 20, "all records")
    assert len(server.fetches) == 2 and len(server.refused) == 4
    assert sorted(map(int, server.served)) == list(range(48))


def test_a_second_refusal_is_a_failure_as_any_other(sink, server):
    server.lifetime_s = 0
    one = sink(numbered(1), ready=False)
    assert one.process.wait(30) == 1
    assert server.refused == ["0", "0"] and "status 401" in one.log() and "hush" not in one.log()


def test_a_token_server_that_is_away_is_waited_for(sink, server):
    server.answers = [503, 429, 500]
    sink(numbered(3))
    wait_until(lambda: len(server.served) == 3, 30, "all records")
    assert len(server.fetches) == 4


def test_a_token_server_that_refuses_the_client_ends_the_task(sink, server):
    server.answers = [400] * 9
    one = sink(numbered(1), ready=False)
    assert one.process.wait(30) == 1
    assert "the token server answered 400" in one.log() and server.served == [] and len(server.fetches) == 1


def openssl(folder, *arguments):
    return subprocess.run(["openssl", *map(str, arguments)], cwd=folder, check=True, capture_output=True).stdout


@pytest.fixture(scope="module")
def keys(tmp_path_factory):
    """key.pem, locked.pem and key.p12 (password "secret") of one RSA key, and public.pem."""
    folder = tmp_path_factory.mktemp("keys")
    openssl(folder, "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", 2, "-keyout", "key.pem", "-out", "cert.pem",
            "-subj", "/CN=signer")
    openssl(folder, "pkcs12", "-export", "-in", "cert.pem", "-inkey", "key.pem", "-out", "key.p12", "-passout", "pass:secret")
    openssl(folder, "pkey", "-in", "key.pem", "-aes256", "-passout", "pass:secret", "-out", "locked.pem")
    openssl(folder, "pkey", "-in", "key.pem", "-pubout", "-out", "public.pem")
    return folder


def verified(keys, token):
    """The claims of a token whose signature is good."""
    head, claims, signature = (base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)) for part in token.split("."))
    (keys / "signature").write_bytes(signature)
    (keys / "signed").write_bytes(token.rpartition(".")[0].encode())
    assert b"Verified OK" in openssl(keys, "dgst", "-sha256", "-verify", "public.pem", "-signature", "signature", "signed")
    assert json.loads(head)["alg"] == "RS256"
    return json.loads(claims)


@pytest.mark.parametrize("store", ["key.pem", "locked.pem", "key.p12"])
def test_a_token_is_asked_for_with_a_signed_one_each_time(sink, server, topics, keys, store):
    one = sink(numbered(1), oauth2_jwt_enabled="true", oauth2_jwt_keystore_path=keys / store,
               oauth2_jwt_keystore_password="secret", oauth2_jwt_keystore_type="PKCS12" if store.endswith("p12") else "PEM",
               oauth2_jwt_claimset='{"iss":"weir","sub":"me","aud":"there"}')
    wait_until(lambda: server.served == ["0"], 20, "the first record")
    server.revoke()
    time.sleep(1)
    topics.produce(sink.topic, numbered(1, 1))
    wait_until(lambda: server.served == ["0", "1"], 20, "the second record")
    first, second = (verified(keys, form["jwt_token"]) for form in server.fetches)
    assert {"iss": "weir", "sub": "me", "aud": "there"}.items() <= first.items() and first["exp"] > first["iat"]
    assert second["iat"] > first["iat"]
    assert "secret" not in one.log() and server.fetches[0]["jwt_token"] not in one.log()
