# What building and testing need, as Debian packages, and how to get what is missing. To be sourced.

build_packages="g++ cmake ninja-build pkg-config zlib1g-dev libdnnl-dev libhwy-dev nlohmann-json3-dev libeigen3-dev libfmt-dev
  libcli11-dev libpng-dev libjpeg62-turbo-dev libcsv-dev libzip-dev libfarmhash-dev libjs-chart.js"
test_packages="ccache libgtest-dev libgmock-dev clang-14 clang-format-14 libclang-rt-14-dev valgrind libc6-dbg python3 python3-selenium chromium-driver python3-numpy python3-pil
  pybind11-dev python3-dev python3-pytest python3-venv python3-h5py strace
  jupyter-nbconvert python3-ipykernel python3-matplotlib fonts-wqy-zenhei graphviz"
# Other libraries to compare with (benchmarks/run.sh), and the BLAS with which PyTorch's and dlib's threads get along.
benchmark_packages="python3 libtorch-dev python3-torch libdlib-dev libopenblas0-openmp"
doc_packages="python3 doxygen"
# Elsewhere than in Debian's own packages, npm comes with nodejs.
command -v npm >/dev/null || doc_packages="$doc_packages nodejs npm"

# install_packages PACKAGE…: installs those that are not there yet, and says so.
install_packages() {
  if ! command -v apt-get >/dev/null; then
    echo "This system has no apt-get. Needed here are what Debian calls: $*"
    echo "Going on with what is installed."
    return 0
  fi
  missing=""
  for package in "$@"; do
    dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null | grep -qx installed || missing="$missing $package"
  done
  if [ -z "$missing" ]; then return 0; fi
  as_root=""
  if [ "$(id -u)" -ne 0 ]; then
    if ! command -v sudo >/dev/null; then
      echo "Please install as root, then start again:  apt-get install$missing" >&2
      return 1
    fi
    as_root="sudo"
  fi
  echo "Installing:$missing"
  $as_root apt-get -qq update
  $as_root env DEBIAN_FRONTEND=noninteractive apt-get -qq install -y --no-install-recommends $missing >/tmp/linnet-apt.$$ 2>&1 || {
    cat /tmp/linnet-apt.$$ >&2
    return 1
  }
  rm -f /tmp/linnet-apt.$$
}
