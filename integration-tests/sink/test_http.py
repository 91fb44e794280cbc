"""The HTTP sink against a server that misbehaves."""
import base64
import email.utils
import gzip
import hashlib
import hmac
import json
import time

import kafka
import pytest

from support.processes import run, wait_until

WINDOW = 1646327820000
CLOCK_ERROR_S = 0.01  # the sink counts whole milliseconds on another clock


def windowed(key, number):
    return key.encode() + (WINDOW + number * 60000).to_bytes(8, "big")


@pytest.fixture
def sink(stage, bootstrap, topics, unique, server):
    """sink(records, **properties) fills a topic and starts the sink on it."""
    topics.create(unique)

    def start(records=(), ready=True, properties=None):
        topics.produce(unique, [record if isinstance(record, tuple) else (None, record.encode()) for record in records])
        config = {"name": unique, "connector.class": "HttpSink", "bootstrap.servers": bootstrap, "topics": unique,
                  "input.data.format": "STRING", "http.api.url": server.url, "max.retries": "2", "retry.backoff.ms": "100",
                  "offset.flush.interval.ms": "100"}
        return stage("sink", {**config, **(properties or {})}).start(ready=ready)

    start.topic = unique
    start.again = lambda records: topics.produce(
        unique, [record if isinstance(record, tuple) else (None, record.encode()) for record in records])
    return start


def arrived(server, count, seconds=20):
    wait_until(lambda: len(server.requests) >= count, seconds, f"{count} requests")
    time.sleep(0.3)
    assert len(server.requests) == count, server.bodies()


def test_each_record_is_one_request_in_order(sink, server):
    sink("abc")
    arrived(server, 3)
    assert server.bodies() == ["a", "b", "c"]
    assert [request["method"] for request in server.requests] == ["POST"] * 3
    assert server.header("Idempotency-Key") == [f"{sink.topic}-0-{offset}" for offset in range(3)]


def test_what_was_answered_is_not_sent_again_after_a_restart(sink, server, topics):
    one = sink("abc")
    arrived(server, 3)
    assert one.stop() == 0
    topics.produce(sink.topic, [(None, b"d")])
    one.start()
    arrived(server, 4)
    assert server.bodies() == ["a", "b", "c", "d"]


def test_a_batch_is_sent_when_there_is_no_more(sink, server):
    sink("abcdefg", properties={"batch.max.size": "5", "batch.prefix": "<", "batch.suffix": ">", "batch.separator": " \n"})
    arrived(server, 2)
    assert server.bodies() == ["<a \nb \nc \nd \ne>", "<f \ng>"]


def test_a_retry_sends_the_same_bytes_and_nothing_overtakes_it(sink, server):
    server.plan = [503, {"reset": True}, 200]
    sink("ab")
    arrived(server, 4)
    assert server.bodies() == ["a", "a", "a", "b"]
    assert len(set(server.header("Idempotency-Key")[:3])) == 1


def test_when_tries_are_used_up_the_task_ends_and_the_record_comes_first_after_a_restart(sink, server):
    server.plan = [200, 500, 500, 500]
    one = sink("abc", ready=False)
    assert one.process.wait(30) == 1
    assert server.bodies() == ["a", "b", "b", "b"]
    assert "offset 1" in one.log() and "status 500" in one.log()
    one.start()
    arrived(server, 6)
    assert server.bodies()[4:] == ["b", "c"]


@pytest.mark.parametrize("behavior", ["log", "ignore"])
def test_a_failure_can_be_left_behind(sink, server, behavior):
    server.plan = [200, 500, 500, 500]
    sink("abc", properties={"behavior.on.error": behavior})
    arrived(server, 5)
    assert server.bodies() == ["a", "b", "b", "b", "c"]


def test_rejected_records_go_to_the_dead_letter_queue(sink, server, topics):
    server.plan = [200, 400]
    sink("abc", properties={"errors.tolerance": "all", "errors.deadletterqueue.topic.name": sink.topic + "-dlq",
                            "retry.on.status.codes": "500-"})
    arrived(server, 3)
    letter = topics.read(sink.topic + "-dlq", expect=1)[0]
    assert letter.value == b"b" and server.bodies() == ["a", "b", "c"]
    headers = dict(letter.headers)
    assert headers["__connect.errors.offset"] == b"1" and b"status 400" in headers["__connect.errors.exception.message"]


def test_retry_after_is_kept_and_capped(sink, server):
    server.plan = [{"status": 429, "retry_after": 2}, {"status": 503, "retry_after": 86400}, 200]
    sink("a", properties={"retry.after.max.ms": "1500"})
    arrived(server, 3)
    first, second, third = (request["at"] for request in server.requests)
    assert 1.4 <= second - first < 4 and 1.4 <= third - second < 4


def test_retry_after_of_two_seconds_is_two_seconds(sink, server):
    server.plan = [{"status": 429, "retry_after": 2}, 200]
    sink("a")
    arrived(server, 2)
    assert 2 - CLOCK_ERROR_S <= server.requests[1]["at"] - server.requests[0]["at"] < 4


def test_retry_after_can_be_a_date(sink, server):
    dates = []

    def date():
        dates.append(int(time.time()) + 4)
        return email.utils.formatdate(dates[0], usegmt=True)

    server.plan = [{"status": 503, "retry_after": date}, 200]
    sink("a")
    arrived(server, 2)
    assert dates[0] - CLOCK_ERROR_S <= server.requests[1]["at"] < dates[0] + 3


@pytest.mark.parametrize("after", ["0", "soon", "-5", "Fri, 31 Dec 1999 23:59:59 GMT", "9223372036854775807"])
def test_a_retry_after_that_says_nothing_leaves_the_wait_as_it_is(sink, server, after):
    server.plan = [{"status": 503, "retry_after": after}, 200]
    sink("a", properties={"retry.backoff.ms": "1000", "retry.backoff.policy": "CONSTANT_VALUE", "retry.after.max.ms": "2000"})
    arrived(server, 2)
    assert 1 - CLOCK_ERROR_S <= server.requests[1]["at"] - server.requests[0]["at"] < 5


def test_a_request_without_an_answer_comes_again_under_the_same_key(sink, server):
    server.plan = [{"delay": 2}, {"half": True}]
    sink("a", properties={"http.request.timeout.ms": "500"})
    arrived(server, 3)
    assert len(set(server.header("Idempotency-Key"))) == 1


def test_a_redirect_is_an_error_and_not_followed(sink, server):
    server.plan = [{"status": 307, "location": server.url + "/elsewhere"}]
    one = sink("a", ready=False)
    assert one.process.wait(30) == 1
    assert len(server.requests) == 1 and "307" in one.log()


def test_a_status_can_be_made_a_success(sink, server):
    server.plan = [409]
    sink("ab", properties={"success.status.codes": "200-299,409"})
    arrived(server, 2)
    assert server.bodies() == ["a", "b"]


def test_tombstones_are_left_out_or_sent_as_delete_in_order(sink, server):
    records = [(b"k/1", b"v1"), (b"k/1", None), (b"k/1", b"v2")]
    sink(records, properties={"behavior.on.null.values": "delete", "http.api.url": server.url + "/things"})
    arrived(server, 3)
    assert [(r["method"], r["path"]) for r in server.requests] == [
        ("POST", "/things"), ("DELETE", "/things/k%2F1"), ("POST", "/things")]


def test_one_request_for_each_window_survives_kill_9(sink, server, topics):
    records = [(windowed("key", 0), b'{"E":0.2}'), (windowed("key", 0), b'{"E":0.3}'), (windowed("key", 0), None),
               (windowed("key", 1), b'{"E":0.4}')]
    one = sink(records, properties={"input.data.format": "JSON", "http.api.url": server.url + "/${key}/${window.start}"})
    arrived(server, 2)
    assert server.bodies() == ['{"E":0.2}', '{"E":0.4}']
    assert [r["path"] for r in server.requests] == [f"/key/{WINDOW}", f"/key/{WINDOW + 60000}"]
    assert server.header("Idempotency-Key")[0] == f"{sink.topic}-key-{WINDOW}"
    time.sleep(0.5)  # longer than offset.flush.interval.ms
    one.kill()
    topics.produce(sink.topic, [(windowed("key", 1), b'{"E":0.5}'), (windowed("key", 2), b'{"E":0.6}')])
    one.start()
    arrived(server, 3)
    assert server.bodies()[2] == '{"E":0.6}'


def test_every_record_of_a_window_can_be_sent(sink, server):
    sink([(windowed("key", 0), b"a"), (windowed("key", 0), b"b")], properties={"trigger.once.per": "record"})
    arrived(server, 2)


def test_a_cool_down_makes_the_newest_record_stand_for_those_that_waited(sink, server, topics):
    one = sink([(b"k", b"1")], properties={"trigger.cooldown.ms": "3000"})
    arrived(server, 1)
    topics.produce(sink.topic, [(b"k", str(number).encode()) for number in range(2, 50)])
    time.sleep(1)
    assert len(server.requests) == 1
    assert one.stop() == 0
    one.start(ready=False)
    wait_until(lambda: len(server.requests) >= 2, 10, "the second request")
    assert 2.9 <= server.requests[1]["at"] - server.requests[0]["at"] < 6
    time.sleep(1)
    assert server.bodies() == ["1", "49"]


def test_keys_keep_their_order_with_many_requests_in_flight(sink, server):
    server.plan = [{"delay": 0.05 * (number % 3)} for number in range(40)]
    records = [(f"k{number % 5}".encode(), str(number).encode()) for number in range(40)]
    sink(records, properties={"max.in.flight.requests": "4"})
    arrived(server, 40)
    assert 2 <= server.open_most <= 4
    for key in range(5):
        sent = [int(body) for body in server.bodies() if int(body) % 5 == key]
        assert sent == sorted(sent)


def test_a_long_outage_neither_loses_nor_doubles(sink, server):
    server.plan = [503] * 12
    one = sink("ab", properties={"max.retries": "100", "retry.backoff.policy": "CONSTANT_VALUE", "retry.backoff.ms": "500",
                                 "consumer.override.max.poll.interval.ms": "6000",
                                 "consumer.override.session.timeout.ms": "6000"})
    arrived(server, 14, 30)
    assert server.bodies() == ["a"] * 13 + ["b"]
    assert one.log().count("partitions assigned") == 1


def test_a_token_is_fetched_once_and_renewed_after_a_401_without_a_try(sink, server):
    server.plan = [{"body": {"access_token": "one", "expires_in": 3600}}, 200, 401,
                   {"body": {"access_token": "two", "expires_in": 3600}}, 200]
    sink("ab", properties={"max.retries": "0", "auth.type": "OAUTH2", "oauth2.token.url": server.url + "/token",
                           "oauth2.client.id": "me", "oauth2.client.secret": "s&cret"})
    arrived(server, 5)
    assert [request["path"] for request in server.requests] == ["/token", "/", "/", "/token", "/"]
    tokens = server.header("Authorization")
    assert [tokens[1], tokens[2], tokens[4]] == ["Bearer one", "Bearer one", "Bearer two"]
    assert tokens[0] == tokens[3] == "Basic " + base64.b64encode(b"me:s%26cret").decode()
    assert server.requests[0]["body"] == b"grant_type=client_credentials&scope=any"


def test_a_signature_covers_the_bytes_of_each_try(sink, server):
    server.plan = [500, 200]
    sink(['{"a":"\u00e9"}'], properties={"hmac.secret": "whsec_" + base64.b64encode(b"new").decode(),
                                        "hmac.secret.previous": "old", "retry.backoff.ms": "1500"})
    arrived(server, 2)
    assert len(set(server.header("Webhook-Id") + server.header("Idempotency-Key"))) == 1
    times = server.header("Webhook-Timestamp")
    assert int(times[1]) > int(times[0])
    for request, seconds in zip(server.requests, times):
        signed = f"{server.header('Webhook-Id')[0]}.{seconds}.".encode() + request["body"]
        expected = ["v1," + base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
                    for key in (b"new", b"old")]
        assert request["headers"]["webhook-signature"].split(" ") == expected


def test_cloud_events_are_binary_or_structured(sink, server):
    sink([(b"k", b'{"a":1}')], properties={"cloudevents.mode": "binary", "input.data.format": "JSON",
                                           "cloudevents.type": "retrain"})
    arrived(server, 1)
    headers = server.requests[0]["headers"]
    assert {name: headers[name] for name in ("ce-specversion", "ce-id", "ce-source", "ce-type", "ce-subject")} == {
        "ce-specversion": "1.0", "ce-id": f"{sink.topic}-0-0", "ce-source": f"/kafka/{sink.topic}", "ce-type": "retrain",
        "ce-subject": "k"}
    assert headers["Content-Type"] == "application/json" and server.bodies() == ['{"a":1}']


def test_structured_cloud_events_come_in_batches(sink, server):
    sink(['{"a":1}', "2"], properties={"cloudevents.mode": "structured", "input.data.format": "JSON", "batch.max.size": "10"})
    arrived(server, 1)
    assert server.header("Content-Type") == ["application/cloudevents-batch+json; charset=UTF-8"]
    assert [event["data"] for event in json.loads(server.requests[0]["body"])] == [{"a": 1}, 2]


def test_a_circuit_breaker_pauses_and_drops_nothing(sink, server):
    server.plan = [503] * 4
    one = sink("abc", properties={"max.retries": "3", "circuit.breaker.failures": "2", "circuit.breaker.pause.ms": "1000",
                                  "behavior.on.error": "ignore"})
    arrived(server, 7)
    assert server.bodies() == ["a"] * 5 + ["b", "c"]
    waits = [later["at"] - earlier["at"] for earlier, later in zip(server.requests, server.requests[1:])]
    assert min(waits[1:4]) >= 0.95
    assert "circuit breaker opened" in one.log() and "circuit breaker closed" in one.log()


def test_records_beyond_max_retries_are_kept_while_the_circuit_is_open(sink, server):
    server.plan = [503] * 6
    sink("ab", properties={"max.retries": "1", "circuit.breaker.failures": "2", "circuit.breaker.pause.ms": "200",
                           "behavior.on.error": "ignore"})
    arrived(server, 8)
    assert server.bodies() == ["a"] * 7 + ["b"]


def test_the_text_of_records_is_rewritten(sink, server):
    sink([(b"k", b"id=7 id=8")], properties={"regex.patterns": r"id=(\d)~$", "regex.replacements": "$1~ of ${topic}/${key}"})
    arrived(server, 1)
    assert server.bodies() == [f"7 8 of {sink.topic}/k"]


def test_an_address_that_is_not_allowed_gets_no_byte(sink, server):
    one = sink("a", ready=False, properties={"connection.disallow.local.ips": "true"})
    assert one.process.wait(30) == 1
    assert server.requests == [] and "its address is not allowed" in one.log()


def test_an_allowed_range_is_an_exception(sink, server):
    sink("a", properties={"connection.disallow.local.ips": "true", "connection.allow.cidr.ranges": "127.0.0.1/32"})
    arrived(server, 1)


def test_a_batch_waits_for_more_records_as_long_as_it_is_told(sink, server, topics):
    sink(properties={"batch.max.size": "3", "batch.linger.ms": "4000"})
    for body in b"abc":
        topics.produce(sink.topic, [(None, bytes([body]))])
    arrived(server, 1, 10)
    topics.produce(sink.topic, [(None, b"d")])
    start = time.time()
    arrived(server, 2, 10)
    assert server.bodies() == ["a,b,c", "d"] and server.requests[1]["at"] - start >= 3


REPORTS = {"reporter.result.topic.replication.factor": "1", "reporter.error.topic.replication.factor": "1"}


def test_each_record_is_reported_with_the_answer_to_its_batch(sink, server, topics, bootstrap):
    server.plan = [{"status": 200, "body": b'run "7"'}]
    sink([(b"k", b"a"), (b"k", b"b")], properties={**REPORTS, "reporter.bootstrap.servers": bootstrap, "batch.max.size": "5"})
    reports = topics.read(sink.topic + "-success", expect=2)
    assert [report.value for report in reports] == [b'"run \\"7\\""'] * 2 and reports[0].key == b'"k"'
    for offset, report in enumerate(reports):
        headers = dict(report.headers)
        assert int(headers.pop("input_record_timestamp")) > 1.6e12
        assert headers == {"input_record_topic": sink.topic.encode(), "input_record_partition": b"0",
                           "input_record_offset": str(offset).encode()}
    assert sink.topic + "-error" in topics.names()


def test_a_failure_is_reported_once_with_its_headers_before_the_offset_is_committed(sink, server, topics):
    server.plan = [200, {"status": 500, "body": b"broken"}, {"status": 500, "body": b"broken"}, {"status": 500, "body": b"broken"}]
    sink("abc", properties={**REPORTS, "reporter.error.topic.name": sink.topic + "-mistakes", "behavior.on.error": "log"})
    arrived(server, 5)
    report, = topics.read(sink.topic + "-mistakes", expect=1)
    headers = dict(report.headers)
    assert headers.pop("input_record_timestamp")
    assert headers == {
        "input_record_topic": sink.topic.encode(), "input_record_partition": b"0", "input_record_offset": b"1",
        "status_code": b"500", "reason_phrase": b"", "url": server.url.encode(), "payload": b"b",
        "response_content": b"broken", "error_message": b"null", "exception": b"null"}
    assert json.loads(report.value) == (
        "Retry time lapsed, unable to process HTTP request. HTTP Response code: 500, Reason phrase: , "
        f"Url: {server.url}, Response content: broken, Exception: null, Error message: null")
    assert sink.topic + "-success" not in topics.names()


def test_an_error_report_can_be_the_answer_and_is_written_when_the_task_ends(sink, server, topics):
    server.plan = [{"status": 400, "body": b'{"why":"no"}'}]
    one = sink("a", ready=False, properties={**REPORTS, "reporter.error.topic.name": "${connector}-error",
                                             "report.errors.as": "http_response", "max.retries": "0"})
    assert one.process.wait(30) == 1
    report, = topics.read(sink.topic + "-error", expect=1)
    assert report.value == b'{"why":"no"}' and dict(report.headers)["status_code"] == b"400"


def test_bodies_can_be_compressed(sink, server):
    sink(["fish " * 100], properties={"request.compression": "gzip"})
    arrived(server, 1)
    assert gzip.decompress(server.requests[0]["body"]) == b"fish " * 100
    assert server.header("Content-Encoding") == ["gzip"] and len(server.requests[0]["body"]) < 100


def test_a_token_s_request_takes_other_products_names(sink, server):
    server.plan = [{"body": {"token": "one", "expires_in": 3600}}, 200]
    sink("a", properties={
        "http.authorization.type": "oauth2", "oauth2.access.token.url": server.url + "/token", "oauth2.client.id": "me",
        "oauth2.client.secret": "s", "oauth2.client.scope": "", "oauth2.client.authorization.mode": "URL",
        "oauth2.response.token.property": "token", "oauth2.request.client.id.property": "user",
        "oauth2.client.headers": "X-Tenant: 7|Content-Type: text/plain"})
    arrived(server, 2)
    assert server.requests[0]["body"] == b"grant_type=client_credentials&user=me&client_secret=s"
    assert server.header("X-Tenant")[0] == "7" and server.header("Authorization") == [None, "Bearer one"]
    assert server.header("Content-Type")[0] == "application/x-www-form-urlencoded"


def test_a_token_is_fetched_again_before_it_ends(sink, server, topics):
    server.plan = [{"body": {"access_token": "one", "expires_in": 2}}, 200, {"body": {"access_token": "two"}}, 200]
    sink("a", properties={"auth.type": "OAUTH2", "oauth2.token.url": server.url + "/token", "oauth2.client.id": "me",
                          "oauth2.client.secret": "s"})
    arrived(server, 2)
    time.sleep(2)
    topics.produce(sink.topic, [(None, b"b")])
    arrived(server, 4)
    assert [request["path"] for request in server.requests] == ["/token", "/", "/token", "/"]
    assert server.header("Authorization")[3] == "Bearer two"


def test_secrets_are_in_no_log(sink, server):
    server.plan = [500, 500, 500]
    one = sink("a", ready=False, properties={"auth.type": "API_KEY", "api.key.location": "QUERY", "api.key.value": "hush-1",
                                             "hmac.secret": "hush-2", "sensitive.headers": "X: hush-3"})
    assert one.process.wait(30) == 1
    assert "hush" not in one.log() and "status 500" in one.log()


def test_a_proxy_is_spoken_to_with_its_password(sink, server):
    host, port = server.url[7:].split(":")
    sink("a", properties={"http.api.url": "http://nowhere.invalid/x", "http.proxy.host": host, "http.proxy.port": port,
                          "http.proxy.user": "me", "http.proxy.password": "p"})
    arrived(server, 1)
    assert server.requests[0]["path"] == "http://nowhere.invalid/x"
    assert server.header("Proxy-Authorization") == ["Basic " + base64.b64encode(b"me:p").decode()]


def test_tombstones_can_be_treated_as_errors(sink, server, topics):
    sink([(b"k", None), (b"k", b"v")], properties={
        "behavior.on.null.values": "fail", "errors.tolerance": "all",
        "errors.deadletterqueue.topic.name": sink.topic + "-dlq"})
    arrived(server, 1)
    letter, = topics.read(sink.topic + "-dlq", expect=1)
    assert (letter.key, letter.value) == (b"k", None)


def test_urls_part_batches_and_keys_are_encoded(sink, server):
    records = [(b"k1", b"1"), (b"k1", b"2"), (b"k2", b"3"), (b"a/b", b"4")]
    sink(records, properties={"batch.max.size": "10", "http.api.url": server.url + "/${topic}/${key}"})
    arrived(server, 3)
    assert [(r["path"], r["body"]) for r in server.requests] == [
        (f"/{sink.topic}/k1", b"1,2"), (f"/{sink.topic}/k2", b"3"), (f"/{sink.topic}/a%2Fb", b"4")]


def committed(topics, sink):
    """The group's next offset of partition 0."""
    consumer = kafka.KafkaConsumer(bootstrap_servers=topics.bootstrap, group_id="connect-" + sink.topic,
                                   enable_auto_commit=False)
    try:
        return consumer.committed(kafka.TopicPartition(sink.topic, 0)) or 0
    finally:
        consumer.close()


def test_an_offset_is_committed_only_when_all_before_it_is_answered(sink, server, topics):
    server.plan = [200, {"delay": 3}, 200]
    sink([(b"a", b"1"), (b"b", b"2"), (b"c", b"3")], properties={"max.in.flight.requests": "3"})
    wait_until(lambda: len(server.requests) == 3, 20, "three requests")
    time.sleep(1)
    assert committed(topics, sink) <= 1
    wait_until(lambda: committed(topics, sink) == 3, 20, "the commit")


def test_kill_9_in_mid_batch_loses_nothing_and_repeats_under_the_same_keys(sink, server):
    server.plan = [200] * 5 + [{"delay": 30}] * 2
    one = sink([f"{number}" for number in range(10)], properties={"max.in.flight.requests": "1"})
    wait_until(lambda: len(server.requests) == 6, 20, "six requests")
    one.kill()
    server.plan = []
    one.start()
    wait_until(lambda: "9" in server.bodies(), 30, "the last record")
    assert set(server.bodies()) == {str(number) for number in range(10)}
    keys = {}
    for body, key in zip(server.bodies(), server.header("Idempotency-Key")):
        keys.setdefault(body, set()).add(key)
    assert all(len(one_record) == 1 for one_record in keys.values())


def test_a_rebalance_in_mid_batch_loses_nothing(sink, stage, server, topics, bootstrap, unique):
    topic = unique + "-four"
    topics.create(topic, partitions=4)
    topics.produce(topic, [(f"k{number}".encode(), str(number).encode()) for number in range(200)])
    server.plan = [{"delay": 0.02}] * 400
    config = {"name": topic, "connector.class": "HttpSink", "bootstrap.servers": bootstrap, "topics": topic,
              "input.data.format": "STRING", "http.api.url": server.url, "max.in.flight.requests": "2",
              "offset.flush.interval.ms": "100"}
    first = stage("sink", config, name="first").start()
    wait_until(lambda: len(server.requests) >= 20, 20, "the first requests")
    second = stage("sink", config, name="second").start(ready=False)
    wait_until(lambda: len(server.requests) >= 60, 20, "more requests")
    assert first.stop() == 0
    wait_until(lambda: len(set(server.bodies())) == 200, 60, "all records")
    time.sleep(0.5)
    assert second.stop() == 0
    assert len(server.requests) <= 200 + 100
    for key in range(200):
        assert len({k for k, b in zip(server.header("Idempotency-Key"), server.bodies()) if b == str(key)}) == 1


def test_a_dry_run_prints_requests_and_neither_sends_nor_commits(sink, server):
    secrets = {"auth.type": "BEARER", "bearer.token": "hush-1", "hmac.secret": "hush-2", "sensitive.headers": "X-Code: hush-3"}
    one = sink("a", properties={**secrets, "request.method": "PUT", "headers": "X-Line:7"})
    arrived(server, 1)
    assert one.stop() == 0
    server.requests.clear()
    sink.again(["b", (b"k", b"c")])
    result = run("sink", "dry-run", one.file)
    assert result.returncode == 0 and "2 records read, 0 rejected, 0 held back" in result.stderr
    requests = result.stdout.split(f"PUT {server.url}\n")[1:]
    assert [request.split("\n\n")[1] for request in requests] == ["b", "c"]
    assert "X-Line: 7\n" in requests[0] and f"Idempotency-Key: {sink.topic}-0-1\n" in requests[0]
    assert "Authorization: ***\n" in requests[0] and "X-Code: ***\n" in requests[0] and "hush" not in result.stdout
    assert "webhook-signature: ***\n" in requests[0] and server.requests == []
    one.start()
    arrived(server, 2)
    assert server.bodies() == ["b", "c"]


def test_a_dry_run_of_a_sink_that_cannot_is_refused(tmp_path):
    file = tmp_path / "sink.yaml"
    file.write_text("name: s\nconnector.class: mongodb\nbootstrap.servers: 127.0.0.1:1\ntopics: t\ndatabase: d\n")
    result = run("sink", "dry-run", file)
    assert result.returncode == 2 and f"{file}:2: connector.class: the connector 'mongodb' has no dry run" in result.stderr
