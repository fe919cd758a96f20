# What `cmake --install` puts into a prefix, which may be moved afterwards: the command, the library with its headers,
# CMake package and pkg-config file, the bundled data sets, the manual page and the licences.
include(CMakePackageConfigHelpers)
set(package_folder ${CMAKE_INSTALL_LIBDIR}/cmake/linnet)

# The -l names of the libraries behind `targets`, each before those that it needs itself.
function(linnet_link_names result targets)
  set(names "")
  foreach(target IN LISTS targets)
    if(TARGET ${target})
      set(inside "")
      foreach(property IMPORTED_LOCATION IMPORTED_LOCATION_RELEASE IMPORTED_LOCATION_NONE INTERFACE_LINK_LIBRARIES)
        get_target_property(value ${target} ${property})
        if(value)
          list(APPEND inside ${value})
        endif()
      endforeach()
      linnet_link_names(inside "${inside}")
      list(APPEND names ${inside})
    elseif(target MATCHES "/lib([^/]+)\\.(so|a)$")
      list(APPEND names ${CMAKE_MATCH_1})
    elseif(target MATCHES "^[A-Za-z0-9_]+$")
      list(APPEND names ${target})
    else()
      message(FATAL_ERROR "cmake/install.cmake cannot tell which -l option links to ${target}")
    endif()
  endforeach()
  list(REMOVE_DUPLICATES names)
  set(${result} ${names} PARENT_SCOPE)
endfunction()

# ---- library: each kind has an export file of its own; linnetConfig.cmake chooses --------------------------------------
foreach(target linnet linnet_other_kind)
  if(NOT TARGET ${target})
    continue()
  endif()
  get_target_property(type ${target} TYPE)
  string(REGEX REPLACE "_LIBRARY$" "" kind ${type})
  string(TOLOWER ${kind} kind)
  set(has_${kind} TRUE)
  install(TARGETS ${target} EXPORT linnet_${kind} FILE_SET HEADERS)
  install(EXPORT linnet_${kind} FILE linnet-${kind}.cmake NAMESPACE linnet:: DESTINATION ${package_folder})
endforeach()

linnet_link_names(link_names "${LINNET_LIBRARIES}")
configure_package_config_file(${CMAKE_CURRENT_LIST_DIR}/linnetConfig.cmake.in linnetConfig.cmake
                              INSTALL_DESTINATION ${package_folder} NO_SET_AND_CHECK_MACRO)
# 0.x: a minor version may change what programs see.
write_basic_package_version_file(linnetConfigVersion.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/linnetConfig.cmake ${PROJECT_BINARY_DIR}/linnetConfigVersion.cmake
        DESTINATION ${package_folder})

# `pkg-config --static` asks for what a static library needs; where there is no other kind, everybody does.
list(TRANSFORM link_names PREPEND -l OUTPUT_VARIABLE link_options)
list(JOIN link_options " " link_options)
set(pc_libs_private "${link_options} -pthread")
if(NOT has_shared)
  set(pc_libs "${pc_libs_private}")
  set(pc_libs_private "")
endif()
# The prefix is said relative to the file, so that pkg-config finds it after a move.
file(RELATIVE_PATH pc_prefix /${CMAKE_INSTALL_LIBDIR}/pkgconfig /)
string(REGEX REPLACE "/$" "" pc_prefix "${pc_prefix}")
configure_file(${CMAKE_CURRENT_LIST_DIR}/linnet.pc.in linnet.pc @ONLY)
install(FILES ${PROJECT_BINARY_DIR}/linnet.pc DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig)

# ---- what a distribution's own prefix has differently ------------------------------------------------------------------
set(manual_page ${PROJECT_SOURCE_DIR}/packaging/linnet.1)
set(documents ${PROJECT_SOURCE_DIR}/LICENSE)
if(CMAKE_INSTALL_PREFIX STREQUAL "/usr")
  foreach(file linnet.1 changelog)
    execute_process(COMMAND gzip -9nc ${PROJECT_SOURCE_DIR}/packaging/${file} OUTPUT_FILE ${PROJECT_BINARY_DIR}/${file}.gz
                    COMMAND_ERROR_IS_FATAL ANY)
  endforeach()
  set(manual_page ${PROJECT_BINARY_DIR}/linnet.1.gz)
  set(documents ${PROJECT_BINARY_DIR}/changelog.gz)  # Debian has the licence in /usr/share/common-licenses
endif()

# ---- command -----------------------------------------------------------------------------------------------------------
if(TARGET linnet_command)
  if(BUILD_SHARED_LIBS AND NOT CMAKE_INSTALL_PREFIX STREQUAL "/usr")  # the loader looks into /usr/lib by itself
    file(RELATIVE_PATH to_library /${CMAKE_INSTALL_BINDIR} /${CMAKE_INSTALL_LIBDIR})
    set_target_properties(linnet_command PROPERTIES INSTALL_RPATH "$ORIGIN/${to_library}")
  endif()
  install(TARGETS linnet_command)
  install(FILES ${manual_page} DESTINATION ${CMAKE_INSTALL_MANDIR}/man1)
endif()

# ---- data and licences -------------------------------------------------------------------------------------------------
install(DIRECTORY ${PROJECT_SOURCE_DIR}/data DESTINATION ${CMAKE_INSTALL_DATADIR}/linnet)
install(FILES ${PROJECT_SOURCE_DIR}/NOTICE ${PROJECT_SOURCE_DIR}/packaging/copyright ${documents}
        DESTINATION ${CMAKE_INSTALL_DOCDIR})

# The build folder has the data where an installation has them, so that its programs find them in the same way.
set(build_data ${PROJECT_BINARY_DIR}/share/linnet/data)
if(NOT EXISTS ${build_data})
  file(MAKE_DIRECTORY ${PROJECT_BINARY_DIR}/share/linnet)
  file(CREATE_LINK ${PROJECT_SOURCE_DIR}/data ${build_data} SYMBOLIC)
endif()
