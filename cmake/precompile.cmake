# linnet_precompile(TARGET): the standard headers that nearly every source includes are compiled once, for linnet_base, and
# reused by TARGET, which must be compiled with the same options. Not beside a compiler cache, which saves more; and not
# with sanitizers, for clang refuses what was precompiled under other ones.
function(linnet_precompile target)
  if(CMAKE_CXX_COMPILER_LAUNCHER OR LINNET_SANITIZE OR LINNET_FUZZ)
    return()
  endif()
  if(target STREQUAL "linnet_base")
    target_precompile_headers(linnet_base PRIVATE <algorithm> <cstdint> <functional> <map> <memory> <optional> <span>
                              <string> <string_view> <unordered_map> <variant> <vector>)
  else()
    target_precompile_headers(${target} REUSE_FROM linnet_base)
  endif()
endfunction()
