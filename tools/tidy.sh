#!/bin/sh
# clang-tidy over the library, the command and the examples, or over the files given. A file that passed is looked at
# again only when it, something it includes, or .clang-tidy has changed. Needs a configured build/ (quickstart.sh).
set -eu
cd "$(dirname "$0")/.."
. tools/packages.sh
install_packages clang-tidy-14
tidy=$(command -v clang-tidy-14 || command -v clang-tidy)
if [ ! -f build/compile_commands.json ]; then
  echo "Run ./quickstart.sh first: clang-tidy needs build/compile_commands.json" >&2
  exit 1
fi
if [ $# -eq 0 ]; then set -- $(find linnet apps examples -name '*.cpp'); fi
export tidy
printf '%s\n' "$@" | xargs -P "$(nproc)" -I FILE sh -c '
  mark=build/tidy/FILE.ok
  sum=$( (cat .clang-tidy; g++ -std=c++20 -I. -Iapps -DLINNET_VERSION=\"\" -E -P FILE) | sha256sum)
  [ "$(cat "$mark" 2>/dev/null)" = "$sum" ] && exit 0
  "$tidy" --quiet -p build FILE 2>/dev/null || exit 1
  mkdir -p "$(dirname "$mark")"
  echo "$sum" >"$mark"
'
echo "clang-tidy has no complaint."
