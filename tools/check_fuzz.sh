#!/bin/sh
# Runs every fuzz program of tests/fuzz for SECONDS (default 60), two at a time, on files that it begins with and changes.
# A failure prints the finding and the file that caused it, which is kept in FOLDER/fuzz/<program>/failures:
#   tools/check_fuzz.sh build/sanitizers 60
#   build/sanitizers/fuzz_png build/sanitizers/fuzz/fuzz_png/failures/crash-…     one file again
# Memory: no single block above 100 MB, and 200 MB in all, of which the program itself takes 60.
set -eu
seconds=${2:-60}
cd "$(dirname "$0")/.."
. tools/sanitizer_build.sh
[ -f "$1/build.ninja" ] || configure_sanitizers "$1"
folder=$(cd "$1" && pwd)
cmake --build "$folder" --target fuzz_targets

export ASAN_OPTIONS="quarantine_size_mb=8:allocator_release_to_os_interval_ms=100:${ASAN_OPTIONS:-}"
run_one() {
  work="$folder/fuzz/$1"
  rm -rf "$work"
  mkdir -p "$work/corpus" "$work/failures"
  if "$folder/$1" "$work/corpus" -artifact_prefix="$work/failures/" -max_total_time="$seconds" -timeout=25 \
      -rss_limit_mb=200 -malloc_limit_mb=100 -max_len=8192 -print_final_stats=1 >"$work/log" 2>&1; then
    tried=$(sed -n 's/^stat::number_of_executed_units: *//p' "$work/log")
    echo "$1: $tried files tried in $seconds s, ${tried:+$(ls "$work/corpus" | wc -l)} of them kept for what is new in them"
    return 0
  fi
  echo "$1 FAILED" >"$work/failed"
}

programs=$(cd "$folder" && ls fuzz_* | grep -v '\.')
set -- $programs
while [ $# -gt 0 ]; do
  run_one "$1" &
  first=$!
  if [ $# -gt 1 ]; then run_one "$2" & wait $!; shift; fi
  wait $first
  shift
done

failed=0
for program in $programs; do
  [ -f "$folder/fuzz/$program/failed" ] || continue
  failed=1
  echo "=== $program FAILED; the end of $folder/fuzz/$program/log:"
  tail -60 "$folder/fuzz/$program/log"
  for file in "$folder/fuzz/$program/failures/"*; do
    [ -f "$file" ] || continue
    echo "--- $file ($(wc -c <"$file") bytes), to be had back with base64 -d:"
    base64 "$file" | head -200
  done
done
exit $failed
