#!/bin/sh
# Serves the two demo studies; BOTS > 0 lets that many simulated people play them beside you.
#   run.sh DATA_DIR PORT BOTS
set -eu
data=$1 port=$2 bots=$3
umask 077
[ -n "$data" ] || { echo "DATA_DIR must not be empty" >&2; exit 2; }
mkdir -p "$data"
case $bots in '' | *[!0-9]*) echo "BOTS must be a whole number, not '$bots'" >&2; exit 2 ;; esac

if [ "$bots" -eq 0 ]; then
    exec build/dinolab serve --data "$data" --port "$port" --demo build/demo
fi

build/dinolab serve --data "$data" --port "$port" --demo build/demo &
server=$!
bots_of() {
    build/dinolab simulate --url "http://127.0.0.1:$port" --study "$1" --participants "$2" --concurrency "$2" --think-ms 1500 --beta "$3" \
        --seed "$(date +%s)" --stimuli build/demo/stimuli.csv \
        --representation task=build/demo/task.npy --representation words=build/demo/words.npy \
        --representation pixels=build/demo/pixels.npy > "build/bots-$1.log" 2>&1 &
}
half=$((bots / 2))
players=
[ "$half" -gt 0 ] && { bots_of reward-demo "$half" 0.1; players="$players $!"; }
bots_of category-demo "$((bots - half))" 1
players="$players $!"
# shellcheck disable=SC2086
trap 'kill -INT $players 2> /dev/null || true; kill -TERM $server 2> /dev/null || true' INT TERM
status=0
wait "$server" || status=$?
wait "$server" 2> /dev/null || true # a signal ends the first wait before the server has
# shellcheck disable=SC2086
kill -INT $players 2> /dev/null || true
exit "$status"
