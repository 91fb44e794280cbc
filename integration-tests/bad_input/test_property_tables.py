"""Each property as its users know it: name, type and default; a value of another type is refused by its name."""
import re

import pytest

from support.processes import run

BOOLEAN, INT, LONG, TEXT, LIST, PASSWORD = "boolean", "int", "long", "string", "list", "password"
MONGO = "com.mongodb.kafka.connect."
BASE = "name: s\nbootstrap.servers: 127.0.0.1:1\n"

CONNECTION = """
connection.ssl.truststore string
connection.ssl.truststorePassword password -
connection.ssl.keystore string
connection.ssl.keystorePassword password -
server.api.version string = 2
server.api.deprecation.errors boolean false
server.api.strict boolean false
mongo.custom.auth.mechanism.enable boolean false
"""
SOURCE = CONNECTION + f"""
connection.uri password mongodb://localhost:27017,localhost:27018,localhost:27019 http://x
database string
collection string
pipeline string [] {{
batch.size int 0 -1
publish.full.document.only boolean false
publish.full.document.only.tombstone.on.delete boolean false
change.stream.document.key.as.key boolean true
change.stream.full.document string = sometimes
change.stream.full.document.before.change string = sometimes
change.stream.show.expanded.events boolean false
collation string = {{
poll.max.batch.size int 1000 0
poll.await.time.ms long 5000 0
topic.prefix string
topic.suffix string
topic.separator string .
topic.mapper string {MONGO}source.topic.mapping.DefaultTopicMapper com.example.Mapper
topic.namespace.map string = [
output.format.key string json avro
output.format.value string json avro
output.json.formatter string {MONGO}source.json.formatter.DefaultJson com.example.Formatter
output.schema.infer.value boolean false
startup.mode string = earliest
startup.mode.timestamp.start.at.operation.time string = yesterday
startup.mode.copy.existing.max.threads int - 0
startup.mode.copy.existing.queue.size int 16000 0
startup.mode.copy.existing.pipeline string = {{
startup.mode.copy.existing.namespace.regex string = (
startup.mode.copy.existing.allow.disk.use boolean true
copy.existing boolean false
errors.tolerance string none some
errors.log.enable boolean false
errors.deadletterqueue.topic.name string
heartbeat.interval.ms long 0 -1
heartbeat.topic.name string __mongodb_heartbeats
offset.partition.name string
"""
SINK = CONNECTION + f"""
connection.uri password mongodb://localhost:27017 http://x
csfle.enabled boolean false true
database string -
collection string
namespace.mapper string {MONGO}sink.namespace.mapping.DefaultNamespaceMapper com.example.Mapper
namespace.mapper.key.database.field string
namespace.mapper.value.database.field string
namespace.mapper.key.collection.field string
namespace.mapper.value.collection.field string
namespace.mapper.error.if.invalid boolean false
writemodel.strategy string {MONGO}sink.writemodel.strategy.DefaultWriteModelStrategy com.example.Strategy
delete.on.null.values boolean false
delete.writemodel.strategy string {MONGO}sink.writemodel.strategy.DeleteOneDefaultStrategy com.example.Strategy
max.batch.size int 0 -1
bulk.write.ordered boolean true
rate.limiting.timeout int 0 -1
rate.limiting.every.n int 0 -1
max.num.retries int 3 -1
retries.defer.timeout int 5000 -1
post.processor.chain string {MONGO}sink.processor.DocumentIdAdder com.example.Processor
key.projection.type string none some
value.projection.type string none some
key.projection.list string
value.projection.list string
field.renamer.mapping string [] {{
field.renamer.regexp string [] {{
field.value.transformer string = com.example.Transformer
field.value.transformer.fields string
document.id.strategy string {MONGO}sink.processor.id.strategy.KafkaMetaDataStrategy com.example.Strategy
document.id.strategy.overwrite.existing boolean false
document.id.strategy.uuid.format string string text
document.id.strategy.partial.key.projection.type string = some
document.id.strategy.partial.key.projection.list string
document.id.strategy.partial.value.projection.type string = some
document.id.strategy.partial.value.projection.list string
errors.tolerance string none some
mongo.errors.tolerance string = some
errors.log.enable boolean false
errors.deadletterqueue.topic.name string
change.data.capture.handler string = com.example.Handler
change.data.capture.handler.remove.null.values boolean false
timeseries.timefield string
timeseries.metafield string
timeseries.expire.after.seconds long 0 -1
timeseries.granularity string = days
timeseries.timefield.auto.convert boolean false
timeseries.timefield.auto.convert.date.format string yyyy-MM-dd[['T'][]][HH:mm:ss[[.][SSSSSS][SSS]][]VV[]'['VV']'][HH:mm:ss[[.][SSSSSS][SSS]][]X][HH:mm:ss[[.][SSSSSS][SSS]]] Q
timeseries.timefield.auto.convert.locale.language.tag string
"""
HTTP = """
request.method string POST FETCH
headers string = broken
header.separator string |
behavior.on.null.values string ignore maybe
deletes.send.in.order boolean true
behavior.on.error string fail maybe
report.errors.as string error_string number
http.connect.timeout.ms int 30000 0
http.request.timeout.ms int 30000 0
http.proxy.host string
http.proxy.port int 8080 70000
http.proxy.user string
http.proxy.password password -
connection.disallow.local.ips boolean false
connection.disallow.private.ips boolean false
connection.disallow.class.e.ips boolean false
connection.disallow.cidr.ranges list = 10.0.0.0/99
connection.allow.cidr.ranges list = 10.0.0.0/99
auth.type string NONE KERBEROS
connection.user string
connection.password password -
bearer.token password -
api.key.location string HEADER BODY
api.key.name string X-API-KEY
api.key.value password -
oauth2.token.url string
oauth2.client.id string
oauth2.client.secret password -
oauth2.client.auth.mode string header body
oauth2.token.property string access_token
oauth2.client.headers string
oauth2.client.header.separator string |
oauth2.jwt.enabled boolean false
oauth2.jwt.keystore.type string PEM
oauth2.jwt.signature.algorithm string rs256 none
request.body.format string string xml
batch.max.size int 1 0
batch.key.pattern string
batch.prefix string
batch.suffix string
batch.separator string ,
batch.json.as.array boolean true
json.decimal.format string BASE64 HEX
regex.patterns string = (
regex.replacements string
regex.separator string ~
max.retries int 5 -1
retry.backoff.ms int 3000 -1
retry.backoff.policy string EXPONENTIAL_WITH_JITTER LINEAR
retry.on.status.codes string 400- many
https.ssl.key.password password -
https.ssl.keystore.location string
https.ssl.keystore.type string
https.ssl.truststore.location string
https.ssl.endpoint.identification.algorithm string https
reporter.bootstrap.servers list -
reporter.result.topic.replication.factor int 3 -2
reporter.result.topic.partitions int 1 0
reporter.error.topic.replication.factor int 3 -2
reporter.error.topic.partitions int 1 0
reporter.result.topic.key.format string json avro
reporter.result.topic.value.format string json avro
reporter.error.topic.key.format string json avro
reporter.error.topic.value.format string json avro
"""
TABLES = {
    "source": (SOURCE, "mongodb", BASE + "connector.class: mongodb\n"),
    "sink": (SINK, "mongodb", BASE + "connector.class: mongodb\ntopics: t\ndatabase: d\n"),
    "http": (HTTP, "http", BASE + "connector.class: http\ntopics: t\nhttp.api.url: http://127.0.0.1:1/\n"),
}
REFUSED = {BOOLEAN: "maybe", INT: "many", LONG: "many"}


def rows(table):
    """(name, type, default, refused) of each line: an absent default is empty, '=' too; '-' = none."""
    for line in table.strip().splitlines():
        if line:
            name, kind, *rest = line.split(" ")
            default, refused = (rest + [None, None])[:2]
            yield name, kind, "" if default in (None, "=") else default, refused


def described(stage, plugin):
    """name: (type, default, text) as help-config prints them."""
    text = run(stage, "help-config").stdout + "\n\n" + run(stage, "help-config", plugin).stdout
    found = {}
    for block in re.split(r"\n\n(?=\S)", text):
        head = re.match(r"(\S+) \((\w+)", block)
        if head:
            words = " ".join(block.split())
            default = re.search(r'Default: (?:""|(\S.*?))\.(?: One of| Also| Override|$| [-0-9]+ to | Has no| At least| [a-z.]+ wins)', words)
            found[head[1]] = (head[2], None if default is None else (default[1] or ""), words)
    return found


@pytest.mark.parametrize("which", TABLES)
def test_names_types_and_defaults(which):
    table, plugin, _ = TABLES[which]
    there = described("source" if which == "source" else "sink", plugin)
    wrong = []
    for name, kind, default, _ in rows(table):
        ours = there.get(name)
        if ours is None or ours[0] != kind or (default != "-" and (ours[1] or "").replace(" ", "") != default):
            wrong.append((name, kind, default, ours and ours[:2]))
    assert not wrong, "\n".join(map(str, wrong))


@pytest.mark.parametrize("which", TABLES)
def test_other_values_are_refused_by_name(which, tmp_path):
    table, _, base = TABLES[which]
    file = tmp_path / "stage.yaml"
    accepted = []
    for name, kind, _, refused in rows(table):
        value = refused or REFUSED.get(kind)
        if value is None:
            continue
        lines = [line for line in base.splitlines() if not line.startswith(f"{name}:")]
        file.write_text("\n".join(lines) + f"\n{name}: '{value}'\n")
        result = run("source" if which == "source" else "sink", "validate", file)
        if result.returncode != 2 or name not in result.stderr:
            accepted.append((name, value, result.returncode, result.stderr))
    assert not accepted, "\n".join(map(str, accepted))


@pytest.mark.parametrize("which, names", [
    ("source", "copy.existing.max.threads=2 copy.existing.queue.size=100 copy.existing.pipeline=[] copy.existing.namespace.regex=a "
               "copy.existing.allow.disk.use=false mongo.errors.tolerance=all mongo.errors.log.enable=true "
               "mongo.errors.deadletterqueue.topic.name=d provider=x mongo.custom.auth.mechanism.providerClass="),
    ("sink", "mongo.errors.log.enable=true provider=x topic.override.t.collection=c topic.override.t.max.batch.size=5 "
             "csfle.key.vault.namespace=a.b csfle.local.master.key=x csfle.schema.map={} csfle.bypass.query.analysis=true"),
    ("http", "batch.seperator=; api1.max.retries=2 http.headers.additional=a:b ssl.enabled=true confluent.topic.bootstrap.servers=x "
             "csfle.enabled=false reporter.result.topic.value.format.schemas.enable=false https.ssl.keymanager.algorithm=SunX509"),
])
def test_other_names_are_accepted(which, names, tmp_path):
    file = tmp_path / "stage.yaml"
    file.write_text(TABLES[which][2] + "".join("{}: '{}'\n".format(*pair.split("=", 1)) for pair in names.split()))
    result = run("source" if which == "source" else "sink", "validate", file)
    assert result.returncode == 0, result.stderr
