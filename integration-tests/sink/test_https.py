"""The HTTP sink over TLS: which servers it trusts, and how it shows who it is."""
import base64
import http.server
import ssl
import subprocess
import threading

import pytest

from support.http2_server import Http2Server
from support.processes import wait_until


def openssl(folder, *arguments):
    subprocess.run(["openssl", *map(str, arguments)], cwd=folder, check=True, capture_output=True)


def certify(folder, name, extension):
    """name.key and name.pem, signed by ca."""
    openssl(folder, "req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", f"{name}.key",
            "-out", f"{name}.csr", "-subj", f"/CN={name}")
    (folder / f"{name}.ext").write_text(extension)
    openssl(folder, "x509", "-req", "-in", f"{name}.csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial",
            "-days", 2, "-extfile", f"{name}.ext", "-out", f"{name}.pem")


@pytest.fixture(scope="module")
def certificates(tmp_path_factory):
    """ca.pem; server.pem for 127.0.0.1; client.pem, client.key and client.p12 (password "secret")."""
    folder = tmp_path_factory.mktemp("certificates")
    openssl(folder, "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", 2,
            "-keyout", "ca.key", "-out", "ca.pem", "-subj", "/CN=test authority")
    certify(folder, "server", "subjectAltName=IP:127.0.0.1\n")
    certify(folder, "client", "extendedKeyUsage=clientAuth\n")
    openssl(folder, "pkcs12", "-export", "-in", "client.pem", "-inkey", "client.key", "-out", "client.p12",
            "-passout", "pass:secret")
    openssl(folder, "pkey", "-in", "client.key", "-aes256", "-passout", "pass:secret", "-out", "client-locked.key")
    return folder


class TlsReceiver:
    """Records bodies and the common name of the client's certificate."""

    def __init__(self, certificates, ask_client):
        self.seen, self.ciphers = [], []
        receiver = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self):
                subject = (self.connection.getpeercert() or {}).get("subject", ())
                names = [value for part in subject for key, value in part if key == "commonName"]
                receiver.ciphers.append((self.connection.cipher()[0], self.connection.version(), None))
                receiver.seen.append((self.rfile.read(int(self.headers["Content-Length"])), *names))
                self.send_response(200)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, format, *arguments):
                pass

        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificates / "server.pem", certificates / "server.key")
        if ask_client:
            context.verify_mode = ssl.CERT_REQUIRED
            context.load_verify_locations(certificates / "ca.pem")
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.server.handle_error = lambda *arguments: None
        self.server.socket = context.wrap_socket(self.server.socket, server_side=True, do_handshake_on_connect=False)
        self.port = self.server.server_address[1]
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def close(self):
        self.server.shutdown()
        self.server.server_close()


@pytest.fixture
def receiver(certificates):
    made = []

    def make(ask_client=False):
        made.append(TlsReceiver(certificates, ask_client))
        return made[-1]

    yield make
    for one in made:
        one.close()


@pytest.fixture
def sink(stage, bootstrap, topics, unique):
    def start(port, host="127.0.0.1", ready=True, records=((None, b"fish"),), **properties):
        topics.create(unique)
        topics.produce(unique, records)
        config = {"name": unique, "connector.class": "http", "bootstrap.servers": bootstrap, "topics": unique,
                  "input.data.format": "STRING", "http.api.url": f"https://{host}:{port}/", "max.retries": "1",
                  "retry.backoff.ms": "50"}
        return stage("sink", {**config, **{key.replace("_", "."): str(value) for key, value in properties.items()}}).start(ready)

    return start


def ended(stage):
    wait_until(lambda: stage.process.poll() is not None, 30, "the end")
    return stage.process.returncode, stage.log()


def test_a_server_of_a_trusted_authority_gets_its_records(sink, receiver, certificates):
    server = receiver()
    sink(server.port, https_ssl_truststore_location=certificates / "ca.pem")
    wait_until(lambda: server.seen == [(b"fish",)], 20, "the request")


def test_a_server_of_an_unknown_authority_gets_nothing(sink, receiver):
    server = receiver()
    status, log = ended(sink(server.port, ready=False))
    assert status == 1 and f"https://127.0.0.1:{server.port}" in log and "certificate" in log
    assert server.seen == []


def test_a_certificate_of_another_host_is_refused(sink, receiver, certificates):
    server = receiver()
    status, log = ended(sink(server.port, host="localhost", ready=False,
                             https_ssl_truststore_location=certificates / "ca.pem"))
    assert status == 1 and "localhost" in log
    assert server.seen == []


@pytest.mark.parametrize("store", ["pem", "locked pem", "pkcs12"])
def test_the_client_shows_its_certificate(sink, receiver, certificates, store):
    server = receiver(ask_client=True)
    if store == "pkcs12":
        own = {"https_ssl_keystore_location": certificates / "client.p12", "https_ssl_keystore_type": "PKCS12",
               "https_ssl_keystore_password": "secret"}
    else:
        key = "client-locked.key" if store == "locked pem" else "client.key"
        own = {"https_ssl_keystore_certificate_chain": (certificates / "client.pem").read_text(),
               "https_ssl_keystore_key": (certificates / key).read_text()}
        if store == "locked pem":
            own["https_ssl_key_password"] = "secret"
    sink(server.port, https_ssl_truststore_location=certificates / "ca.pem", **own)
    wait_until(lambda: server.seen == [(b"fish", "client")], 20, "the request")


def test_the_client_shows_the_certificate_of_a_file_in_base64(sink, receiver, certificates):
    server = receiver(ask_client=True)
    store = base64.b64encode((certificates / "client.p12").read_bytes()).decode()
    trust = base64.b64encode((certificates / "ca.pem").read_bytes()).decode()
    sink(server.port, https_ssl_truststorefile=trust, https_ssl_keystorefile="data:text/plain;base64," + store,
         https_ssl_keystore_password="secret")
    wait_until(lambda: server.seen == [(b"fish", "client")], 20, "the request")


@pytest.mark.parametrize("version", ["TLSv1.2", "TLSv1.3"])
def test_only_the_versions_and_suites_named_are_spoken(sink, receiver, certificates, version):
    server = receiver()
    suite = "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384" if version == "TLSv1.2" else "TLS_CHACHA20_POLY1305_SHA256"
    sink(server.port, https_ssl_truststore_location=certificates / "ca.pem", https_ssl_enabled_protocols=version,
         https_ssl_cipher_suites=suite)
    wait_until(lambda: server.seen == [(b"fish",)], 20, "the request")
    name, spoken, _ = server.ciphers[0]
    assert spoken == version and name == {"TLSv1.2": "ECDHE-ECDSA-AES256-GCM-SHA384", "TLSv1.3": suite}[version]


def test_requests_share_one_http_2_connection_and_keys_keep_their_order(sink, certificates):
    server = Http2Server(certificates / "server.pem", certificates / "server.key")
    try:
        sink(server.port, https_ssl_truststore_location=certificates / "ca.pem", max_in_flight_requests=4,
             records=[(f"k{number % 8}".encode(), str(number).encode()) for number in range(40)])
        wait_until(lambda: len(server.requests) == 40, 30, "all requests")
    finally:
        server.close()
    assert server.connections == 1 and 2 <= server.open_most <= 4
    for key in range(8):
        sent = [int(body) for body in server.requests if int(body) % 8 == key]
        assert sent == sorted(sent)
