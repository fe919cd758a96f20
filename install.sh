#!/bin/sh
# Installs Linnet for your own programs: what building needs, then the command, the library, its headers and data.
#   ./install.sh             into /usr/local, as root (or by sudo)
#   ./install.sh ~/linnet    into another folder; programs find it with  cmake -DCMAKE_PREFIX_PATH=~/linnet
set -eu
prefix=$(realpath -m "${1:-/usr/local}")
cd "$(dirname "$0")"
. tools/packages.sh

install_packages $build_packages
cmake -S . -B build/install -G Ninja -DCMAKE_BUILD_TYPE=Release -DCMAKE_INSTALL_PREFIX="$prefix" -DBUILD_SHARED_LIBS=ON \
  -DLINNET_BUILD_BOTH_KINDS=ON -DLINNET_BUILD_TESTS=OFF -DLINNET_BUILD_EXAMPLES=OFF >/dev/null
echo "Building Linnet (the first time takes some minutes) …"
cmake --build build/install

as_root=""
mkdir -p "$prefix" 2>/dev/null || true
if [ ! -w "$prefix" ] && [ "$(id -u)" -ne 0 ]; then as_root="sudo"; fi
$as_root cmake --install build/install >/dev/null
case $prefix in /usr/local) $as_root ldconfig ;; esac
echo "Linnet is installed: $prefix/bin/linnet, and in CMake find_package(linnet)."
