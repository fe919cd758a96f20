# The tree that the checks with clang's sanitizers share: library, tests, and the fuzz programs, whose libFuzzer looks at
# the same object files. To be sourced.

# configure_sanitizers FOLDER
configure_sanitizers() {
  cmake -S . -B "$1" -G Ninja -DCMAKE_CXX_COMPILER=clang++-14 -DCMAKE_BUILD_TYPE=Debug \
    -DCMAKE_CXX_FLAGS_DEBUG="-O1 -gline-tables-only" -DLINNET_SANITIZE=address,undefined -DLINNET_WERROR=ON \
    -DLINNET_BUILD_TESTS=ON -DLINNET_PYTHON=OFF -DLINNET_FUZZ=ON -DLINNET_CHECK_TREE=OFF >/dev/null
}
