#!/bin/sh
# examples/first_network under valgrind, on a few hundred images: no leak and no invalid memory access.
#   tools/check_leaks.sh build/first_network
set -eu
program=$(realpath "$1")
here=$(cd "$(dirname "$0")" && pwd)
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 "$here/small_mnist.py" "$here/../data/mnist" "$folder/mnist" 320 160
cd "$folder"
LINNET_DATA=$folder valgrind --quiet --leak-check=full --errors-for-leak-kinds=definite,indirect,possible \
  --error-exitcode=1 "$program"
