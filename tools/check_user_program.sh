#!/bin/sh
# Compiles a user's program, as a user would, and says how long that takes (a number to read, no condition).
#   tools/check_user_program.sh [COMPILER]
set -eu
cd "$(dirname "$0")/.."
compiler=${1:-g++}
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
start=$(date +%s%N)
"$compiler" -std=c++20 -O2 -Wall -Wextra -Wpedantic -Wshadow -Werror -I. -c examples/first_network.cpp -o "$folder/program.o"
end=$(date +%s%N)
echo "examples/first_network.cpp compiles in $(((end - start) / 1000000)) ms with $compiler -O2"
