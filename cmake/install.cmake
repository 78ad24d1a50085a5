# SPDX-License-Identifier: MIT
# What `cmake --install` puts where.

if(NOT TARGET vfiosim_command)
  return()
endif()

target_compile_definitions(vfiosim_command PRIVATE VSIM_DATA_DIR="${CMAKE_INSTALL_FULL_DATADIR}/vfiosim")
install(TARGETS vfiosim_command RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})

# The library: objects of the folders, the public headers, and two ways to find them.
install(TARGETS vfiosim EXPORT vfiosim-targets LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR})
install(DIRECTORY include/vfiosim DESTINATION ${CMAKE_INSTALL_INCLUDEDIR} FILES_MATCHING PATTERN "*.h" PATTERN bench.h EXCLUDE)
install(EXPORT vfiosim-targets NAMESPACE vfiosim:: DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/vfiosim)
configure_package_config_file(cmake/vfiosim-config.cmake.in ${CMAKE_BINARY_DIR}/vfiosim-config.cmake
  INSTALL_DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/vfiosim)
write_basic_package_version_file(${CMAKE_BINARY_DIR}/vfiosim-config-version.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${CMAKE_BINARY_DIR}/vfiosim-config.cmake ${CMAKE_BINARY_DIR}/vfiosim-config-version.cmake
  DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/vfiosim)
configure_file(cmake/vfiosim.pc.in ${CMAKE_BINARY_DIR}/vfiosim.pc @ONLY)
install(FILES ${CMAKE_BINARY_DIR}/vfiosim.pc DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig)

# What people read and shells complete.
install(FILES docs/vfiosim.1 DESTINATION ${CMAKE_INSTALL_MANDIR}/man1)
install(FILES tools/completion/vfiosim DESTINATION ${CMAKE_INSTALL_DATADIR}/bash-completion/completions)

# What the lab runs, and traces to run.
install(DIRECTORY tools/lab/ DESTINATION ${CMAKE_INSTALL_LIBEXECDIR}/vfiosim/lab USE_SOURCE_PERMISSIONS)
install(DIRECTORY traces DESTINATION ${CMAKE_INSTALL_DATADIR}/vfiosim FILES_MATCHING PATTERN "*.vsim")
