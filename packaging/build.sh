#!/bin/sh
# Makes the Debian package: the program, then the manual page and the completions from the program itself.
# Needs cargo-deb (cargo install cargo-deb) and dpkg. What it makes stands in target/debian.
set -eu
cd "$(dirname "$0")/.."
target=${CARGO_TARGET_DIR:-target}
made=target/packaging

command -v cargo-deb >/dev/null || { echo "build.sh: cargo-deb is missing: cargo install cargo-deb" >&2; exit 2; }
cargo build --locked --release
program=$target/release/nightdesk
mkdir -p "$made"
"$program" man | gzip -9n >"$made/nightdesk.1.gz"
"$program" completions bash >"$made/nightdesk.bash"
"$program" completions zsh >"$made/_nightdesk"
"$program" completions fish >"$made/nightdesk.fish"
cargo deb --no-build --locked "$@"
