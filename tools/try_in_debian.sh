#!/bin/sh
# Tries the two scripts in a new minimal Debian 12: debootstrap's minbase plus git, and a clone of this repository's
# last commit. Needs root and debootstrap.
#   tools/try_in_debian.sh FOLDER                 ./quickstart.sh
#   tools/try_in_debian.sh FOLDER ./test.sh       another command; several run one after the other
# FOLDER/base is made once and kept, FOLDER/trial is new each time. MIRROR chooses another Debian mirror.
set -eu
folder=$(realpath -m "$1")
shift
[ $# -gt 0 ] || set -- ./quickstart.sh
repository=$(cd "$(dirname "$0")/.." && pwd)
mirror=${MIRROR:-http://deb.debian.org/debian}
base=$folder/base
trial=$folder/trial

mkdir -p "$folder"
if [ ! -e "$base/etc/debian_version" ]; then
  rm -rf "$base.part"
  debootstrap --variant=minbase --include=git,ca-certificates bookworm "$base.part" "$mirror"
  mv "$base.part" "$base"
fi

leave() { for mounted in proc dev; do umount "$trial/$mounted" 2>/dev/null || true; done; }
trap leave EXIT
leave
rm -rf --one-file-system "$trial"
cp -a --reflink=auto "$base" "$trial"
cp /etc/resolv.conf "$trial/etc/resolv.conf" 2>/dev/null || true
mount -t proc proc "$trial/proc"
mount --bind /dev "$trial/dev"
git clone --quiet --no-hardlinks "$repository" "$trial/root/linnet"

for command in "$@"; do
  echo "== $command in Debian $(cat "$trial/etc/debian_version")"
  start=$(date +%s)
  chroot "$trial" env -i HOME=/root PATH=/usr/sbin:/usr/bin:/sbin:/bin TERM=dumb \
    ${http_proxy:+http_proxy="$http_proxy"} sh -c "cd /root/linnet && $command"
  echo "== $command took $(($(date +%s) - start)) s"
done
