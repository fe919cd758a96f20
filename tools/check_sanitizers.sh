#!/bin/sh
# Builds library and tests with clang, warnings as errors, and with the address and undefined-behaviour sanitizers, and
# runs the tests. FOLDER keeps the build:  tools/check_sanitizers.sh build/sanitizers
set -eu
folder=$1
shift
cd "$(dirname "$0")/.."
. tools/sanitizer_build.sh
configure_sanitizers "$folder"
cmake --build "$folder"
ctest --test-dir "$folder" --output-on-failure "$@"
