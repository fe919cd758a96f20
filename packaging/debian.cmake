# cpack: one Debian package with the command, the library, its headers and the data. tools/make_deb.sh configures for it.
set(CPACK_GENERATOR DEB)
# There is no address yet; a package for others names its builder with -DCPACK_PACKAGE_CONTACT.
set(CPACK_PACKAGE_CONTACT "The Linnet authors <linnet@linnet.invalid>" CACHE STRING "Maintainer of the Debian package")
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_STRIP_FILES ON)
set(CPACK_INSTALL_DEFAULT_DIRECTORY_PERMISSIONS OWNER_READ OWNER_WRITE OWNER_EXECUTE GROUP_READ GROUP_EXECUTE
                                                WORLD_READ WORLD_EXECUTE)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION science)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_DEPENDS "libdnnl2, libhwy1")  # loaded, not linked
set(CPACK_DEBIAN_PACKAGE_GENERATE_SHLIBS ON)
set(CPACK_DEBIAN_PACKAGE_SUGGESTS "g++ (>= 4:12), cmake (>= 3.25), pkg-config")
set(CPACK_DEBIAN_PACKAGE_CONTROL_EXTRA ${PROJECT_SOURCE_DIR}/packaging/triggers)
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "deep learning in C++20 with the words and numbers of Keras")
set(CPACK_DEBIAN_PACKAGE_DESCRIPTION "The command linnet trains, evaluates and shows neural networks; the library
does the same for programs, with the names, defaults and numbers of Keras.
It needs no Python. The MNIST data set comes along, so that
.
    linnet train mnist
.
works at once.")
include(CPack)
