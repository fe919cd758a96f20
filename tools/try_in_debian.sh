#!/bin/sh
# Tries the two scripts in a new minimal Debian 12: debootstrap's minbase plus git, and a clone of this repository's
# last commit. Needs root and debootstrap.
#   tools/try_in_debian.sh FOLDER                 ./quickstart.sh
#   tools/try_in_debian.sh FOLDER ./test.sh       another command; several run one after the other
# FOLDER/base is made once and kept, FOLDER/trial is new each time. MIRROR chooses another Debian mirror.
set -eu
folder=$1
shift
[ $# -gt 0 ] || set -- ./quickstart.sh
repository=$(cd "$(dirname "$0")/.." && pwd)
. "$repository/tools/debian.sh"

new_debian "$folder" base git,ca-certificates
git clone --quiet --no-hardlinks "$repository" "$trial/root/linnet"
for command in "$@"; do
  in_debian "cd linnet && $command"
done
