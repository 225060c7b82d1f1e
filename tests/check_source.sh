#!/bin/sh
# Source checks: the include order, SQL outside store/, other people's headers outside their home, file-level variables.
# Each prints file and line; any finding fails the build.
set -u
cd "$(dirname "$0")/.." || exit 1
failed=0
say() { echo "check-source: $1"; failed=1; }

# layer -> the layers whose headers it may include (its own always). The top of server/ (app, sub-commands) may include all.
allowed() {
    case $1 in
    base) echo "" ;;
    picture) echo "base" ;;
    json) echo "base" ;;
    model) echo "base" ;;
    store) echo "base" ;;
    task) echo "base json model" ;;
    live) echo "base json model store task" ;;
    study) echo "base json model picture store task" ;;
    demo) echo "base json model picture" ;;
    simulate) echo "base json model" ;;
    fit) echo "base json model" ;;
    http) echo "base json store task study live" ;;
    *) echo "UNKNOWN" ;;
    esac
}
for folder in server/*/; do
    layer=$(basename "$folder")
    may=$(allowed "$layer")
    [ "$may" = UNKNOWN ] && { say "server/$layer is not in the include order"; continue; }
    pattern=$(echo "$layer $may" | tr ' ' '|' | sed 's/|$//')
    found=$(grep -nE '^#include "' "$folder"*.[ch] | grep -vE "#include \"($pattern)/" || true)
    [ -n "$found" ] && say "include against the order of layers ($layer may include: $may):
$found"
done
found=$(grep -nE '#include "live/' server/http/*.[ch] | grep -v 'live/hub.h' || true)
[ -n "$found" ] && say "http may include live/hub.h only:
$found"

# what a response runs through in the live layer: the choice rule on values that are there, and nothing of learners or matrices
RESPONSE_PATH='follower fit_state live_session live_condition live_study live_json roster broadcast'
MATRIX_WORK='(learner_run|learner_value|value_table_(fill|compute|open)|matrix_|npy_|ridge|cblas_|LAPACKE_|one_thread)[a-z_]*\('
for name in $RESPONSE_PATH; do
    [ -f "server/live/$name.c" ] || say "server/live/$name.c is not there: mend RESPONSE_PATH"
done
found=$(for name in $RESPONSE_PATH; do grep -nEH "$MATRIX_WORK" "server/live/$name.c" "server/live/$name.h"; done
    grep -nE "$MATRIX_WORK" server/model/choice_rule.[ch] server/model/grid_pass.[ch] || true)
[ -n "$found" ] && say "matrix work on the way of a response:
$found"
found=$(for name in $RESPONSE_PATH; do grep -nEH '#include "model/' "server/live/$name.c" "server/live/$name.h"; done |
    grep -vE '"model/(choice_rule|learner|learner_spec)\.h"' || true)
found="$found$(grep -nE '#include "' server/model/choice_rule.[ch] server/model/grid_pass.[ch] |
    grep -vE '"model/(choice_rule|grid_pass|learner)\.h"' || true)"
[ -n "$found" ] && say "more of model/ than the choice rule on the way of a response:
$found"

# other people's headers and their homes
home() {
    found=$(grep -rnE "#include <($1)" server --include='*.[ch]' | grep -vE "^server/($2)" || true)
    [ -n "$found" ] && say "<$1> outside server/$2:
$found"
}
home 'sqlite3\.h' 'store/'
home 'cjson/' 'json/json_read\.c'
home 'sodium' 'base/secret\.c'
home 'microhttpd' 'http/'
home 'cblas|lapack' 'model/'
home 'curl/' 'simulate/http_client\.c'
home 'webp/|jpeglib|jerror|png\.h' 'picture/'
home 'zip\.h' 'base/archive\.c'
home 'zlib' 'base/(gzip|zip)\.c'

found=$(grep -rnE '"(SELECT|INSERT|UPDATE|DELETE|CREATE|PRAGMA|BEGIN|COMMIT|ROLLBACK|SAVEPOINT|VACUUM)[ "]' server --include='*.[ch]' |
    grep -v '^server/store/' | grep -v '{"DELETE", "/' || true) # a route's method
[ -n "$found" ] && say "SQL outside server/store:
$found"

# file-level state: only const tables may be static and outside a function
found=$(grep -nE '^static [^(]*(;|=)' server/*.c server/*/*.c | grep -vE 'static (_Thread_local )?const |\*const ' || true)
[ -n "$found" ] && say "file-level state:
$found"

[ "$failed" -eq 0 ] && exit 0
exit 1
