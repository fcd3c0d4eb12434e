#!/bin/sh
# Seam's own SDKs as clients of the sandbox: installs them into a temporary folder and walks the hotel guide
# with each. Needs the npm and PyPI registries, node and python3; no part of `cargo test`.
#
#   tests/sdk/run.sh [PROGRAM ARGS...]    the sandbox to start; default: cargo's debug nightdesk
set -u
here=$(cd "$(dirname "$0")" && pwd)
[ $# -gt 0 ] || set -- "${CARGO_TARGET_DIR:-$here/../../target}/debug/nightdesk" sandbox
work=$(mktemp -d)
failed=0
server=
finish() {
    [ -n "$server" ] && kill "$server" 2>/dev/null
    rm -rf "$work"
}
trap finish EXIT

report() { # NAME STATUS LOG
    if [ "$2" -eq 0 ]; then
        echo "pass  $1: $(tail -n 1 "$3")"
    else
        failed=1
        echo "FAIL  $1"
        tail -n 30 "$3"
    fi
}

"$@" --listen 127.0.0.1:0 >"$work/where.json" &
server=$!
tries=0
until [ -s "$work/where.json" ]; do
    tries=$((tries + 1))
    [ "$tries" -le 300 ] || { echo "the sandbox does not start"; exit 2; }
    sleep 0.1
done
part() { python3 -c "import json,sys; print(json.loads(open(sys.argv[1]).readline())[sys.argv[2]])" "$work/where.json" "$1"; }
SEAM_ENDPOINT=$(part endpoint)
SEAM_API_KEY=$(part api_key)
export SEAM_ENDPOINT SEAM_API_KEY

for version in 1.160 latest; do
    folder="$work/npm-$version"
    mkdir "$folder"
    cp "$here/guide.mjs" "$folder/"
    (cd "$folder" && npm init -y && npm install --no-audit --no-fund "seam@$version") >"$work/log" 2>&1
    status=$?
    if [ "$status" -eq 0 ]; then
        found=$(cd "$folder" && node -p 'require("./node_modules/seam/package.json").version')
        (cd "$folder" && node guide.mjs) >"$work/log" 2>&1
        status=$?
    fi
    report "npm seam ${found:-$version}" "$status" "$work/log"
done

python3 -m venv "$work/venv" >"$work/log" 2>&1 && "$work/venv/bin/pip" install -q seam >"$work/log" 2>&1
status=$?
if [ "$status" -eq 0 ]; then
    found=$("$work/venv/bin/python" -c 'import importlib.metadata as m; print(m.version("seam"))')
    "$work/venv/bin/python" "$here/guide.py" >"$work/log" 2>&1
    status=$?
fi
report "PyPI seam ${found:-}" "$status" "$work/log"
exit "$failed"
