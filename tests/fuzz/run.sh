#!/bin/sh
# Runs each fuzz target for SECONDS, one after the other, from the inputs kept and those found before.
#   run.sh SECONDS [TARGET ...]
# What is found new is kept in build/fuzz/TARGET; an input that breaks a target ends the run with status 1 and is named: put it into
# tests/fuzz/inputs/TARGET (as .hex if it is not text) together with what mends it.
set -eu
cd "$(dirname "$0")/../.."
seconds=$1
shift
mkdir -p build/fuzz
build/tests/unit/fuzz/test_fuzz_inputs --write build/fuzz
for target in "$@"; do
    echo "$target: $seconds s"
    mkdir -p "build/fuzz/$target"
    "build/fuzz/fuzz_$target" -max_total_time="$seconds" -max_len=65536 -timeout=10 -rss_limit_mb=4096 -malloc_limit_mb=3000 \
        -artifact_prefix="build/fuzz/broken-$target-" -print_final_stats=1 "build/fuzz/$target" > "build/fuzz/$target.log" 2>&1 || {
        tail -n 40 "build/fuzz/$target.log"
        exit 1
    }
    grep -E 'number_of_executed_units|new_units_added' "build/fuzz/$target.log" | sed 's/^/  /'
done
