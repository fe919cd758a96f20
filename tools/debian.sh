# A new minimal Debian 12 to try things in: debootstrap's minbase and PACKAGES (a,b,c). To be sourced, as root.
#   new_debian FOLDER BASE [PACKAGES]   FOLDER/BASE is made once and kept; FOLDER/trial is new each time
#   in_debian "COMMANDS"                runs them there, in /root, and says how long they took
# MIRROR chooses another Debian mirror. This machine's certificate authorities go along: some networks have their own.

new_debian() {
  folder=$(realpath -m "$1")
  base=$folder/$2
  trial=$folder/trial
  mkdir -p "$folder"
  if [ ! -e "$base/etc/debian_version" ]; then
    rm -rf "$base.part"
    debootstrap --variant=minbase ${3:+--include="$3"} bookworm "$base.part" "${MIRROR:-http://deb.debian.org/debian}"
    mv "$base.part" "$base"
  fi
  trap leave_debian EXIT
  leave_debian
  rm -rf --one-file-system "$trial"
  cp -a --reflink=auto "$base" "$trial"
  cp /etc/resolv.conf "$trial/etc/resolv.conf" 2>/dev/null || true
  cp /etc/ssl/certs/ca-certificates.crt "$trial/etc/ssl/machine.crt" 2>/dev/null || true
  # What an installer writes and debootstrap does not; browsers look for localhost by name.
  [ -e "$trial/etc/hosts" ] || echo "127.0.0.1 localhost" >"$trial/etc/hosts"
  mount -t proc proc "$trial/proc"
  mount --bind /dev "$trial/dev"
  mount --bind /dev/pts "$trial/dev/pts"
  mount -t tmpfs tmpfs "$trial/dev/shm"
}

leave_debian() { for mounted in proc dev/shm dev/pts dev; do umount "$trial/$mounted" 2>/dev/null || true; done; }

in_debian() {
  echo "== in Debian $(cat "$trial/etc/debian_version"): $1"
  start=$(date +%s)
  chroot "$trial" env -i HOME=/root PATH=/usr/sbin:/usr/bin:/sbin:/bin TERM=dumb DEBIAN_FRONTEND=noninteractive \
    NODE_EXTRA_CA_CERTS=/etc/ssl/machine.crt \
    ${http_proxy:+http_proxy="$http_proxy"} sh -ec "cd /root; $1"
  echo "== that took $(($(date +%s) - start)) s"
}
