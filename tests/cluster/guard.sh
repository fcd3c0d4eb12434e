# Makes a throw-away PostgreSQL, says where it is, and takes it away again when nobody holds its standard
# input open any more: when the test program has ended, in whatever way.
#   guard.sh BINDIR PORT
set -eu
umask 077
bin=$1
port=$2
dir=$(mktemp -d "${TMPDIR:-/tmp}/nightdesk-pg.XXXXXX" 2>/dev/null || mktemp -d /tmp/nightdesk-pg.XXXXXX)

away() {
    pid=$(head -n 1 "$dir/data/postmaster.pid" 2>/dev/null || :)
    if [ -n "$pid" ]; then
        # A server that was paused would not hear that it should end.
        children=$(cat "/proc/$pid/task/$pid/children" 2>/dev/null || :)
        for each in $children $pid; do kill -CONT "$each" 2>/dev/null || :; done
        "$bin/pg_ctl" -D "$dir/data" -m immediate -s stop >/dev/null 2>&1 || :
    fi
    rm -rf "$dir"
}
trap away EXIT
# Nobody may be there any more to be told where it is: that is no reason to leave it behind.
trap '' PIPE

printf tests >"$dir/password"
"$bin/initdb" -D "$dir/data" -U postgres -A scram-sha-256 --pwfile "$dir/password" \
    -E UTF8 --locale=C --no-sync --no-instructions >"$dir/initdb" 2>&1 || { cat "$dir/initdb" >&2; exit 1; }
printf '%s\n' 'local all all trust' 'host all all 127.0.0.1/32 scram-sha-256' >"$dir/data/pg_hba.conf"
# Nothing here outlives the machine: what is committed is not waited for on the disk.
cat >>"$dir/data/postgresql.conf" <<CONF
port = $port
listen_addresses = '127.0.0.1'
unix_socket_directories = '$dir'
max_connections = 300
shared_buffers = 32MB
fsync = off
full_page_writes = off
autovacuum_naptime = 1h
log_min_messages = log
CONF
"$bin/pg_ctl" -D "$dir/data" -l "$dir/log" -w -t 60 -s start >/dev/null || { cat "$dir/log" >&2; exit 1; }
echo "$dir"
cat >/dev/null
