#!/bin/sh
# Does clang accept all of it, warnings as errors? It reads every source without writing code; one that passed is read
# again only after it, or something it includes, has changed.  tools/check_clang.sh FOLDER [FILE…]
set -eu
marks=$1
shift
cd "$(dirname "$0")/.."
if [ $# -eq 0 ]; then set -- $(find linnet apps examples -name '*.cpp' | sort); fi
export marks
printf '%s\n' "$@" | xargs -P "$(nproc)" -I FILE sh -c '
  check="clang++-14 -std=c++20 -I. -Iapps -DLINNET_VERSION=\"\" -Wall -Wextra -Wpedantic -Wshadow -Wnon-virtual-dtor
    -Woverloaded-virtual -Werror"
  mark=$marks/FILE.ok
  sum=$($check -E -P FILE | sha256sum)
  [ "$(cat "$mark" 2>/dev/null)" = "$sum" ] && exit 0
  $check -fsyntax-only FILE || exit 1
  mkdir -p "$(dirname "$mark")"
  echo "$sum" >"$mark"
'
echo "clang accepts $# files."
