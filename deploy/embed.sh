#!/bin/sh
# Makes a C table of a folder's files and the assembly that holds their bytes:
#   embed.sh NAME FOLDER OUT_PREFIX   ->   OUT_PREFIX.c, OUT_PREFIX_data.S
set -eu
name=$1 folder=$2 out=$3
mkdir -p "$(dirname "$out")"
files=$(cd "$folder" && find . -type f | sed 's#^\./##' | LC_ALL=C sort)
{
    echo '    .section .note.GNU-stack,"",@progbits'
    echo '    .section .rodata'
    i=0
    for file in $files; do
        echo "    .balign 16"
        echo "    .global embedded_${name}_${i}, embedded_${name}_${i}_end"
        echo "embedded_${name}_${i}:"
        echo "    .incbin \"$folder/$file\""
        echo "embedded_${name}_${i}_end:"
        echo "    .byte 0"
        i=$((i + 1))
    done
} > "${out}_data.S"
{
    echo '#include "base/embedded.h"'
    i=0
    for file in $files; do
        echo "extern const unsigned char embedded_${name}_${i}[], embedded_${name}_${i}_end[];"
        i=$((i + 1))
    done
    echo "const struct embedded_file EMBEDDED_${name}[] = {"
    i=0
    for file in $files; do
        echo "    {\"$file\", embedded_${name}_${i}, embedded_${name}_${i}_end},"
        i=$((i + 1))
    done
    echo "};"
    echo "const size_t EMBEDDED_${name}_COUNT = $i;"
} > "$out.c"
