#!/bin/sh
# Writes link/often.txt: the functions that run on an ordinary evening. build.rs has the linker put them side by
# side, so that a desk at work takes few pages of the program into memory. What is not in the list, or is no longer
# called so, works as well and only stands elsewhere: it is enough to run this now and then, before a release.
# Which functions there are is decided anew with every build, for small ones go into those that call them; what was
# found before therefore stays in the list. To begin anew, empty it.
#
# Usage: link/often.sh [PROGRAM]   the program as it is released, but with its names; otherwise it is built
# Needs valgrind, script (bsdutils) and nm (binutils).
set -eu
cd "$(dirname "$0")/.."
for tool in valgrind callgrind_control script nm; do
    command -v $tool >/dev/null || { echo "often.sh: $tool is missing" >&2; exit 2; }
done
work=$(mktemp -d)
trap 'kill $(cat "$work"/*.pid 2>/dev/null) 2>/dev/null || true; rm -rf "$work"' EXIT
program=${1:-}
if [ -z "$program" ]; then
    # Another profile would make another program, of which other functions are left: only the linker keeps the names.
    cat >"$work/cc" <<'CC'
#!/bin/sh
for argument; do
    shift
    [ "$argument" = -Wl,--strip-all ] || set -- "$@" "$argument"
done
exec cc "$@"
CC
    chmod +x "$work/cc"
    cargo build --locked --release --target-dir target/often --config "target.'cfg(unix)'.linker='$work/cc'"
    program=target/often/release/nightdesk
fi

"$program" sandbox --rooms 400 --grants 400 --speed 1 --state-dir "$work/sandbox" >"$work/said" &
echo $! >"$work/sandbox.pid"
until [ -s "$work/said" ]; do sleep 0.2; done
value() { sed -n "s/.*\"$1\" *: *\"\([^\"]*\)\".*/\1/p" "$work/said"; }
SEAM_ENDPOINT=$(value endpoint)
SEAM_API_KEY=$(value api_key)
TERM=xterm-256color
export SEAM_ENDPOINT SEAM_API_KEY TERM

# What is on the screen says when to go on.
waits_for() {
    n=0
    until grep -aq "$1" "$work/screen"; do
        n=$((n + 1))
        [ $n -lt 900 ] || { echo "often.sh: no \"$1\" on the screen" >&2; return 1; }
        sleep 0.2
    done
}
keys() {
    waits_for Guests
    # A quiet while, in which all that comes with time has come.
    sleep 75
    for key in j j j k k; do
        printf '%b' "$key"
        sleep 1
    done
    sleep 3
    # What has run until now is what always runs; it stands before what only keys bring about.
    callgrind_control --dump >"$work/control"
    for key in '\t' j '\t' '\t' '\t' ' ' ' ' z j z '?' '\033' e '\033' / o k '\033' '\033' a '\033' q; do
        printf '%b' "$key"
        sleep 2
    done
    sleep 10
}
: >"$work/screen"
run="stty cols 120 rows 40; exec valgrind --tool=callgrind --demangle=no --callgrind-out-file=$work/calls \
--log-file=$work/log $program --state-dir $work/desk"
keys | script -qfc "$run" "$work/screen" >/dev/null
for file in calls.1 calls; do
    [ -s "$work/$file" ] || { echo "often.sh: valgrind wrote no $file" >&2; exit 1; }
done

# Names end with a hash that the next version changes. Where of many functions of one name hardly any runs, their
# pages are more than those that run would bring.
nm --defined-only --print-size "$program" >"$work/names"
awk '
    function plain(name) { sub(/17h[0-9a-f]+E.*$/, "", name); return name }
    function number(hex,  n, i) {
        n = 0
        for (i = 1; i <= length(hex); i++) n = n * 16 + index("0123456789abcdef", substr(hex, i, 1)) - 1
        return n
    }
    FNR == 1 { file++ }
    file < 3 {
        if (/^c?fn=\([0-9]+\) /) {
            sub(/^[^ ]* /, ""); sub(/\047.*/, "")
            if (!($0 in ran)) ran[$0] = file
        }
        next
    }
    $3 ~ /^[tTwW]$/ {
        name = plain($4); size = number($2); all[name] += size
        if ($4 in ran) {
            runs[name] += size; many[name]++
            if (!(name in when) || ran[$4] < when[name]) when[name] = ran[$4]
        }
    }
    END { for (name in runs) if (all[name] - runs[name] <= 70000 * many[name]) print when[name] " " name }
' "$work/calls.1" "$work/calls" "$work/names" >"$work/often"
awk '/^# What keys/ { keys = 1 } /^[^#]/ { print 1 + keys " " $0 }' link/often.txt >>"$work/often"
LC_ALL=C sort "$work/often" | awk '!($2 in seen) { seen[$2] = 1; print }' >"$work/list"
{
    echo "# Written by link/often.sh. What runs at a desk where nobody does more than look:"
    sed -n 's/^1 //p' "$work/list"
    echo
    echo "# What keys bring about:"
    sed -n 's/^2 //p' "$work/list"
} >"$work/often.txt"
mv "$work/often.txt" link/often.txt
wc -l link/often.txt
