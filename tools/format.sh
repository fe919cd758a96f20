#!/bin/sh
# Formats every C++ file; with --check it changes nothing and fails where it would.
set -eu
cd "$(dirname "$0")/.."
formatter=$(command -v clang-format-14 || command -v clang-format)
mode="-i"
if [ "${1:-}" = "--check" ]; then mode="--dry-run --Werror"; fi
find linnet apps python examples tests benchmarks -name '*.h' -o -name '*.cpp' 2>/dev/null | xargs "$formatter" $mode
