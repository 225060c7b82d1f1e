#!/bin/sh
# Runs the test suites and adds up what they say (TAP): run.sh [unit|web|http|browser|check|long ...]; without arguments
# all but the long ones.
# The last line is "N passed, N failed, N skipped". VARIANT=asan|ubsan|tsan takes the programs of that build.
set -u
cd "$(dirname "$0")/.." || exit 1
unset MAKEFLAGS MAKELEVEL MFLAGS # of the make that started this; the makes below are their own
all="check unit web http browser"
suites=${*:-$all}
variant=${VARIANT:-}
out=build${variant:+/$variant}
logs=build/test-logs${variant:+-$variant}
rm -rf "$logs"
mkdir -p "$logs"
passed=0 failed=0 skipped=0
started=$(date +%s)

# add LOG: count the TAP lines of a suite; failures are shown
add() {
    # A test that is skipped is "ok N # SKIP" in node's TAP and "not ok N # SKIP" in cmocka's.
    p=$(grep -E '^ *ok [0-9]+' "$1" | grep -civE '# *skip')
    s=$(grep -ciE '^ *(not )?ok [0-9]+.*# *skip' "$1")
    f=$(grep -E '^ *not ok [0-9]+' "$1" | grep -civE '# *skip')
    [ $((p + f + s)) -eq 0 ] && { echo "not ok 1 - $2 ran no test" >> "$1"; f=1; }
    passed=$((passed + p)) failed=$((failed + f)) skipped=$((skipped + s))
    [ "$f" -gt 0 ] && sed 's/^/    /' "$1" | tail -n 200
    [ "$s" -gt 0 ] && grep -iE '^ *(not )?ok [0-9]+.*# *skip' "$1" | sed 's/^ */    skipped: /'
    echo "  $2: $p passed, $f failed, $s skipped ($(($(date +%s) - $3)) s)"
}
# one LOG NAME STATUS: a program that ended badly without saying so in TAP counts as one failure
ended() {
    [ "$3" -eq 0 ] && return
    grep -E '^ *not ok [0-9]+' "$1" | grep -qivE '# *skip' || { echo "not ok 1 - $2 ended with status $3" >> "$1"; }
}

# The same make that built the programs; they are made here so that `make test` needs no second list of targets.
build() { make ${variant:+VARIANT=$variant} "$@" > "$logs/build.log" 2>&1 || { cat "$logs/build.log"; echo "0 passed, 1 failed"; exit 1; }; }

run_check() {
    begun=$(date +%s) log=$logs/check.log
    if make check > "$logs/check.out" 2>&1; then echo "ok 1 - make check" > "$log"
    else { cat "$logs/check.out"; echo "not ok 1 - make check"; } > "$log"; fi
    add "$log" check "$begun"
}
run_unit() {
    begun=$(date +%s) log=$logs/unit.log
    : > "$log"
    build $(find tests/unit -name 'test_*.c' | sort | sed "s#^tests/\(.*\)\.c#$out/tests/\1#")
    for source in $(find tests/unit -name 'test_*.c' | sort); do
        program=$(echo "$source" | sed "s#^tests/\(.*\)\.c#$out/tests/\1#")
        CMOCKA_MESSAGE_OUTPUT=tap timeout 60 "$program" > "$logs/one.log" 2>&1
        ended "$logs/one.log" "$program" $?
        cat "$logs/one.log" >> "$log"
    done
    add "$log" unit "$begun"
}
# Only leaf tests count: a file's own line in node's TAP is not indented when it has sub-tests, so every test is top-level.
run_node() {
    begun=$(date +%s) log=$logs/$1.log
    DINOLAB=$PWD/$out/dinolab DINOLAB_TOP=$PWD timeout 2400 node --test --test-reporter=tap --test-concurrency="$3" $2 > "$log" 2>&1
    ended "$log" "$1" $?
    add "$log" "$1" "$begun"
}
run_web() { build build/.test-programs; run_node web "$(find web/.test-build/web -name '*.test.mjs' | sort)" 2; }
run_http() { build "$out/dinolab" build/demo/demo.json build/.test-programs; run_node http "$(find web/.test-build/tests/http -name '*.test.mjs' | sort)" 2; }
run_long() { build "$out/dinolab" build/demo/demo.json build/.test-programs; run_node long "$(find web/.test-build/tests/long -name '*.test.mjs' | sort)" 1; }
# What participants see is timed to the millisecond, one browser at a time; nothing is timed on these pages of researchers: two at a time.
untimed='/(documents|downloads|new_study|old_data|overview|people|project|representations|researcher|stimulus_set|whole_way)[.]test'
run_browser() {
    build "$out/dinolab" build/demo/demo.json build/.test-programs
    files=$(find web/.test-build/tests/browser -name '*.test.mjs' | sort)
    run_node pages "$(echo "$files" | grep -E "$untimed")" 2
    run_node browser "$(echo "$files" | grep -vE "$untimed")" 1
}

for suite in $suites; do "run_$suite"; done
echo "  $(($(date +%s) - started)) s in all; logs in $logs"
echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" -eq 0 ]
