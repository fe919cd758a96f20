# The optional part of linnet/layers.
option(LINNET_FARMHASH "Hash texts as Keras does (libfarmhash)" ON)

set(farmhash_found FALSE)
if(LINNET_FARMHASH)
  find_path(FARMHASH_INCLUDE_DIR farmhash.h)
  find_library(FARMHASH_LIBRARY farmhash)
  if(FARMHASH_INCLUDE_DIR AND FARMHASH_LIBRARY)
    set(farmhash_found TRUE)
    add_library(FarmHash::farmhash UNKNOWN IMPORTED)
    set_target_properties(FarmHash::farmhash PROPERTIES IMPORTED_LOCATION ${FARMHASH_LIBRARY}
                          INTERFACE_INCLUDE_DIRECTORIES ${FARMHASH_INCLUDE_DIR})
  endif()
endif()
linnet_part(LINNET_FARMHASH "libfarmhash-dev" ${farmhash_found} TARGETS FarmHash::farmhash
            PRESENT layers/farmhash.cpp ABSENT layers/no_farmhash.cpp)
