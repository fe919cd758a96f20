#!/bin/sh
# examples/first_network under valgrind, on a few hundred images: no leak and no invalid memory access.
#   tools/check_leaks.sh build/first_network
set -eu
program=$(realpath "$1")
here=$(cd "$(dirname "$0")" && pwd)
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 "$here/small_mnist.py" "$here/../data/mnist" mnist 320 160

# When it is loaded, Highway's library asks how fine the processor's clock is. Valgrind promises the instruction rdtscp
# for that, and on processors without it breaks the promise. Nothing here needs the answer.
echo '#include <cstdint>
namespace hwy::platform { std::uint64_t TimerResolution() { return 1; } }' >timer.cpp
g++ -std=c++20 -shared -fPIC timer.cpp -o timer.so

LINNET_DATA=$folder LD_PRELOAD=$folder/timer.so valgrind --quiet --leak-check=full \
  --errors-for-leak-kinds=definite,indirect,possible --error-exitcode=1 "$program"
