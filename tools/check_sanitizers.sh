#!/bin/sh
# Builds library and tests with clang, warnings as errors, and with the address and undefined-behaviour sanitizers, and
# runs the tests of the library and the command (whole trainings, and what looks at programs from outside, are slow here
# and find nothing more). FOLDER keeps the build:  tools/check_sanitizers.sh build/sanitizers
set -eu
folder=$1
shift
cd "$(dirname "$0")/.."
. tools/sanitizer_build.sh
configure_sanitizers "$folder"
cmake --build "$folder"
ctest --test-dir "$folder" --output-on-failure -E "^(docs|crash|pages|install|example|apps.tune)" "$@" || {
  echo "Once more, for what they say to stand at the end; that they may pass now does not help:"
  ctest --test-dir "$folder" --output-on-failure --rerun-failed
  exit 1
}
