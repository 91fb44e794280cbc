"""check_layers.py: an include points only to a lower layer, and a library's header stays in the folder that wraps it."""
import re
import sys

import c_source

# A folder of core may include those of earlier rows only.
CORE = [["base"], ["config"], ["record"], ["json"], ["kafka", "mongo", "http"], ["runtime"]]
# The processor's folders: each may include those before it.
PROCESSOR = ["values", "sql", "functions", "plan", "state", "operators", "engine", "testing", "console"]
# Who may know Kafka besides core/kafka itself.
KAFKA_USERS = ["core/runtime", "connectors/processor/engine", "connectors/processor/console"]

LIBRARIES = {
    r"yaml\.h": ["core/config"],
    r"yyjson\.h": ["core/json"],
    r"librdkafka/": ["core/kafka"],
    r"(mongoc|bson)/": ["core/mongo"],
    r"(curl/|microhttpd\.h|openssl/|zlib\.h)": ["core/http"],
    r"mpdecimal\.h": ["connectors/processor/values", "connectors/processor/functions"],
    r"pcre2\.h": ["core/base"],
}
SYSTEM = set("""
    arpa/inet.h assert.h ctype.h dirent.h dlfcn.h emmintrin.h endian.h errno.h fcntl.h float.h fnmatch.h getopt.h glob.h
    immintrin.h inttypes.h langinfo.h libgen.h limits.h locale.h malloc.h math.h netdb.h netinet/in.h netinet/tcp.h poll.h
    pthread.h regex.h sched.h setjmp.h signal.h smmintrin.h stdalign.h stdarg.h stdatomic.h stdbool.h stddef.h stdint.h
    stdio.h stdlib.h stdnoreturn.h string.h strings.h sys/epoll.h sys/eventfd.h sys/file.h sys/mman.h sys/random.h
    sys/resource.h sys/socket.h sys/stat.h sys/time.h sys/types.h sys/uio.h sys/utsname.h sys/wait.h syslog.h termios.h
    threads.h time.h tmmintrin.h unistd.h wchar.h wctype.h x86intrin.h
""".split())

_INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*([<"])([^>"]+)[>"]', re.M)


def core_rank(folder):
    return next((rank for rank, row in enumerate(CORE) if folder in row), None)


def folder_of(path):
    """The folder that a file belongs to, its tests included: core/base, connectors/processor/sql."""
    parts = [part for part in path.parent.parts if part != "tests"]
    return "/".join(parts[:2] if parts[0] == "core" else parts[:3])


def within_core(user, used):
    mine, theirs = core_rank(user), core_rank(used)
    return user == used or (mine is not None and theirs is not None and theirs < mine)


def within_processor(user, used):
    """A file of the processor's own folder (main.c) may include all of them."""
    return user is None or user == used or (
        user in PROCESSOR and used in PROCESSOR and PROCESSOR.index(used) < PROCESSOR.index(user))


def allowed(user, used):
    """Whether a file of the folder user may include a header of the folder used."""
    mine, theirs = user.split("/"), used.split("/")
    if mine[0] == "core":
        return theirs[0] == "core" and within_core(mine[1], theirs[1])
    if theirs[0] == "core":
        return used != "core/kafka" or user in KAFKA_USERS
    if mine[:2] != theirs[:2]:
        return False
    if mine[1] == "processor":
        return within_processor(*(parts[2] if len(parts) > 2 else None for parts in (mine, theirs)))
    return len(mine) < 3 or user == used


def project_include(path, included):
    """What is wrong with #include "included" in path, or None."""
    if not (c_source.ROOT / included).is_file():
        return "is not a path from the root of the project"
    user, used = folder_of(path), folder_of(type(path)(included))
    if not allowed(user, used):
        return f"may not be used in {user}: layers"
    if included.endswith("_internal.h") and user != used:
        return "is internal to its folder"
    return None


def library_include(path, included):
    """What is wrong with #include <included> in path, or None."""
    if included in SYSTEM:
        return None
    if included == "cmocka.h":
        return None if "tests" in path.parts else "belongs in tests/"
    for pattern, folders in LIBRARIES.items():
        if re.match(pattern, included):
            return None if folder_of(path) in folders else f"belongs in {' and '.join(folders)} only"
    return "is of a library that scripts/lib/check_layers.py does not know"


def own_header_first(path, includes):
    own = str(path.with_suffix(".h"))
    internal = own.removesuffix(".h") + "_internal.h"
    if path.suffix == ".c" and (c_source.ROOT / own).is_file() and includes and includes[0] not in (own, internal):
        return f"{path}:1: its own header must be the first include"
    return None


def findings():
    for path in c_source.c_files():
        if path.parts[0] not in ("core", "connectors"):
            continue
        text = c_source.read(path)
        matches = list(_INCLUDE.finditer(text))
        for match in matches:
            check = project_include if match.group(1) == '"' else library_include
            problem = check(path, match.group(2))
            if problem:
                line = text.count("\n", 0, match.start()) + 1
                yield f"{path}:{line}: {match.group(2)} {problem}"
        problem = own_header_first(path, [match.group(2) for match in matches])
        if problem:
            yield problem


if __name__ == "__main__":
    sys.exit(c_source.report(list(findings())))
