# Sourced by the scripts: where things are, and how weir is built.
# shellcheck shell=bash
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
cache=${XDG_CACHE_HOME:-$HOME/.cache}/weir
python=$cache/venv/bin/python

say() { echo "${0##*/}: $*" >&2; }

die() {
    say "$*"
    exit 1
}

# Runs scripts/setup unless the tools are there already.
ensure_setup() {
    if ! command -v meson ninja kcat > /dev/null || ! "$python" -c 'import h2' 2> /dev/null ||
        ! pkg-config --exists rdkafka libmongoc-1.0 libcurl yaml-0.1 libmicrohttpd yyjson cmocka \
            libpcre2-8 openssl zlib; then
        "$root/scripts/setup"
    fi
}

# build_in FOLDER [MESON OPTION...]: configures once, then compiles; quiet unless it fails.
build_in() {
    local folder=$1 log
    shift
    mkdir -p "$folder"
    log=$folder/build.log
    [ -f "$folder/build.ninja" ] || meson setup "$folder" "$root" --fatal-meson-warnings "$@" > "$log" 2>&1 ||
        { tail -n 40 "$log"; die "meson setup failed"; }
    ninja -C "$folder" > "$log" 2>&1 || { grep -E 'FAILED|error:|warning:|undefined reference' -A 8 "$log" | head -n 80; die "the build failed; see $log"; }
}
