#!/bin/sh
# Builds Linnet for aarch64 with Debian's cross compiler and runs its tests under qemu-user, in a minimal Debian 12 of its
# own: the libraries of a second architecture would pull those of this machine to other versions. Needs root and debootstrap.
#   tools/cross_aarch64.sh FOLDER                      the tests of every folder of the library, and a short training
#   tools/cross_aarch64.sh FOLDER test_kernels         this test program; several run one after the other
# FOLDER/cross is made once and kept; FOLDER/trial is new each time, and what was built is in its root/linnet/build/aarch64.
# MIRROR chooses another Debian mirror. What was found: docs/notes/portability.md.
set -eu
folder=$1
shift
[ $# -gt 0 ] || set -- test_base test_kernels test_tensor test_ops test_activations test_initializers test_regularizers \
  test_constraints test_losses test_metrics test_optimizers test_data test_saving test_layers test_models
repository=$(cd "$(dirname "$0")/.." && pwd)
. "$repository/tools/debian.sh"

new_debian "$folder" cross ca-certificates,cmake,ninja-build,pkg-config,crossbuild-essential-arm64,qemu-user-static,python3
git clone --quiet --no-hardlinks "$repository" "$trial/root/linnet"
in_debian "dpkg --add-architecture arm64
  apt-get -qq update
  apt-get -qq install -y --no-install-recommends nlohmann-json3-dev libeigen3-dev libcli11-dev libjs-chart.js python3-numpy python3-pil zlib1g-dev:arm64 \
    libdnnl-dev:arm64 libhwy-dev:arm64 libfmt-dev:arm64 libpng-dev:arm64 libjpeg62-turbo-dev:arm64 libcsv-dev:arm64 libfarmhash-dev:arm64 \
    libzip-dev:arm64 libgtest-dev:arm64 libgmock-dev:arm64 >/dev/null"
in_debian "cd linnet
  cmake -G Ninja -B build/aarch64 -DCMAKE_TOOLCHAIN_FILE=cmake/aarch64.cmake >/dev/null
  cmake --build build/aarch64 --target linnet linnet_command $*"
for program in "$@"; do
  in_debian "cd linnet/build/aarch64 && qemu-aarch64-static ./$program --gtest_brief=1"
done
in_debian "cd linnet && qemu-aarch64-static build/aarch64/linnet train mnist --epochs 1 --verbose 2"
