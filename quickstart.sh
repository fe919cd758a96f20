#!/bin/sh
# From a fresh clone to a network that has learned to read digits: installs what building needs, builds, trains.
# Options go to the training:  ./quickstart.sh --seed 1   ./quickstart.sh --hidden 128 --epochs 5
set -eu
cd "$(dirname "$0")"
. tools/packages.sh

install_packages $build_packages

# The tests, if test.sh has configured them, stay configured; they are not built here.
[ -f build/CMakeCache.txt ] || cmake -S . -B build -G Ninja -DCMAKE_BUILD_TYPE=Release -DLINNET_BUILD_TESTS=OFF >/dev/null
echo "Building Linnet (the first time takes some minutes) …"
cmake --build build --target linnet_command first_network functional custom_loop custom_layer

echo
build/linnet train mnist --hidden 64 --epochs 10 --batch-size 64 --show 6 --out runs/first_network "$@"

cat <<'END'

What to look at next:
  examples/first_network.cpp                        the same network as a program of twenty lines
  build/linnet train mnist --hidden 256,128         a larger one; build/linnet train --help lists the options
  build/linnet evaluate runs/first_network/model.safetensors --show 12
                                                    the network just saved, on more test images
  README.md (README.zh.md)                          what Linnet is; docs/architecture.md: how it is built
  ./test.sh                                         all tests
END
