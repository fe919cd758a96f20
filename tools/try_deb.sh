#!/bin/sh
# Tries the Debian package in a new minimal Debian 12, where there is no repository and no compiler: installs it, trains,
# then builds other people's programs against it. Needs root and debootstrap.
#   tools/try_deb.sh FOLDER          makes the package (tools/make_deb.sh), then tries it
#   tools/try_deb.sh FOLDER PACKAGE  tries that package
# FOLDER/bare is made once and kept, FOLDER/trial is new each time. MIRROR chooses another Debian mirror.
set -eu
folder=$1
repository=$(cd "$(dirname "$0")/.." && pwd)
. "$repository/tools/debian.sh"

package=${2:-}
if [ -z "$package" ]; then
  "$repository/tools/make_deb.sh"
  package=$(ls "$repository"/build/deb/linnet_*.deb)
fi

new_debian "$folder" bare
cp "$package" "$trial/root/"
in_debian "apt-get -qq update && apt-get -qq install -y --no-install-recommends ./linnet_*.deb >/dev/null && dpkg -s linnet"
in_debian "cd /tmp && linnet train mnist --epochs 1"

mkdir "$trial/root/outside" "$trial/root/first"
cp "$repository"/tests/install/outside/* "$trial/root/outside/"
cp "$repository/examples/first_network.cpp" "$trial/root/first/"
in_debian "apt-get -qq install -y --no-install-recommends g++ cmake make pkg-config >/dev/null"
in_debian "cmake -S outside -B outside/build -DKIND=shared && cmake --build outside/build && outside/build/outside"
in_debian "cd first && g++ -std=c++20 first_network.cpp \$(pkg-config --cflags --libs linnet) -o first_network && ./first_network"
in_debian "apt-get -qq remove -y linnet >/dev/null && ! ls -d /usr/share/linnet /usr/include/linnet 2>/dev/null"
