# SPDX-License-Identifier: MIT
# The workers' program, and its bytes inside the library: a process of a trace needs no file beside it.

add_executable(vsim_kernel_worker src/kernel/worker/worker.c)
target_compile_options(vsim_kernel_worker PRIVATE -fno-sanitize=all -fno-profile-arcs -fno-test-coverage)
target_link_options(vsim_kernel_worker PRIVATE -fno-sanitize=all -static)
set_target_properties(vsim_kernel_worker PROPERTIES POSITION_INDEPENDENT_CODE OFF)

set_source_files_properties(src/kernel/worker_image.c PROPERTIES
  COMPILE_DEFINITIONS "VSIM_KERNEL_WORKER_PATH=\"${CMAKE_BINARY_DIR}/vsim_kernel_worker\""
  OBJECT_DEPENDS "${CMAKE_BINARY_DIR}/vsim_kernel_worker")
add_dependencies(vsim_kernel vsim_kernel_worker)
