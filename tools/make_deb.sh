#!/bin/sh
# Makes build/deb/linnet_VERSION_ARCHITECTURE.deb: installs what building needs, builds without tests, packs.
set -eu
cd "$(dirname "$0")/.."
. tools/packages.sh

install_packages $build_packages
cmake -S . -B build/deb -G Ninja -DCMAKE_BUILD_TYPE=Release -DCMAKE_INSTALL_PREFIX=/usr -DBUILD_SHARED_LIBS=ON \
  -DLINNET_BUILD_BOTH_KINDS=ON -DLINNET_BUILD_TESTS=OFF -DLINNET_BUILD_EXAMPLES=OFF >/dev/null
echo "Building Linnet (the first time takes some minutes) …"
cmake --build build/deb
rm -f build/deb/linnet_*.deb
(cd build/deb && cpack >/dev/null)
ls "$PWD"/build/deb/linnet_*.deb
