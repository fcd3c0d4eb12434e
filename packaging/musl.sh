#!/bin/sh
# Makes a program that needs nothing of the host it runs on: linked statically against musl.
# Needs the target (rustup target add) and a C compiler for it: musl-tools, for SQLite and the cryptography.
set -eu
cd "$(dirname "$0")/.."
target=${1:-$(uname -m)-unknown-linux-musl}

rustc --print target-libdir --target "$target" | { read -r dir && [ -d "$dir" ]; } ||
    { echo "musl.sh: rustup target add $target" >&2; exit 2; }
command -v musl-gcc >/dev/null || { echo "musl.sh: musl-gcc is missing: it is in musl-tools" >&2; exit 2; }
cargo build --locked --release --target "$target"
program=${CARGO_TARGET_DIR:-target}/$target/release/nightdesk
# What still asks for a loader is not what was wanted.
if command -v readelf >/dev/null && readelf -l "$program" | grep -q INTERP; then
    echo "musl.sh: $program is not static" >&2
    exit 1
fi
"$program" --version
ls -l "$program"
