# The tree that the checks with clang's sanitizers share: library, tests, and the fuzz programs, whose libFuzzer looks at
# the same object files. To be sourced.

# The search for leaks at the end of a program takes some memory of threads, of libraries that were loaded late, for memory
# of glibc before 2.25, by its address, and then reads from nowhere (google/sanitizers, issue 1322; mended in LLVM 17).
# What is too large to be allocated fails as it does elsewhere: with a null pointer.
export ASAN_OPTIONS="intercept_tls_get_addr=0:allocator_may_return_null=1:${ASAN_OPTIONS:-}"

# configure_sanitizers FOLDER
configure_sanitizers() {
  cmake -S . -B "$1" -G Ninja -DCMAKE_CXX_COMPILER=clang++-14 -DCMAKE_BUILD_TYPE=Debug \
    -DCMAKE_CXX_FLAGS_DEBUG="-O1 -gline-tables-only" -DLINNET_SANITIZE=address,undefined -DLINNET_WERROR=ON \
    -DLINNET_BUILD_TESTS=ON -DLINNET_PYTHON=OFF -DLINNET_FUZZ=ON -DLINNET_CHECK_TREE=OFF >/dev/null
}
