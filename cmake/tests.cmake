# SPDX-License-Identifier: MIT
# Tests are found, never listed: tests/<folder>/test_*.c is one executable and one ctest entry <folder>/<file>.

enable_testing()

# The textbook tree of the bench is also what the kernel-shaped tree is tested against.
add_library(vsim_textbook STATIC tests/bench/textbook_rbtree.c)
target_link_libraries(vsim_textbook PRIVATE PkgConfig::GLIB)

if(CHECK_FOUND)
  file(GLOB unit_tests RELATIVE ${CMAKE_SOURCE_DIR}/tests CONFIGURE_DEPENDS tests/*/test_*.c)
  foreach(test IN LISTS unit_tests)
    string(REGEX REPLACE "\\.c$" "" name ${test})
    string(REGEX REPLACE "/test_" "/" name ${name})
    string(REPLACE "/" "_" target test_${name})
    add_executable(${target} tests/${test})
    target_link_libraries(${target} PRIVATE vsim_all vsim_textbook PkgConfig::CHECK)
    target_compile_definitions(${target} PRIVATE VSIM_SOURCE_DIR="${CMAKE_SOURCE_DIR}" VSIM_BINARY_DIR="${CMAKE_BINARY_DIR}")
    add_test(NAME ${name} COMMAND ${target})
    set_tests_properties(${name} PROPERTIES TIMEOUT 300)
  endforeach()
endif()

# Scripts: tests/<folder>/*.test, run with the command's path in VFIOSIM; exit 77 is a skip, and a skip says why.
file(GLOB script_tests RELATIVE ${CMAKE_SOURCE_DIR}/tests CONFIGURE_DEPENDS tests/*/*.test)
foreach(test IN LISTS script_tests)
  string(REGEX REPLACE "\\.test$" "" name ${test})
  add_test(NAME ${name} COMMAND ${CMAKE_SOURCE_DIR}/tests/${test})
  set_tests_properties(${name} PROPERTIES SKIP_RETURN_CODE 77 TIMEOUT 900
    ENVIRONMENT "VFIOSIM=$<TARGET_FILE:vfiosim_command>;SOURCE=${CMAKE_SOURCE_DIR};BUILD=${CMAKE_BINARY_DIR}")
endforeach()

# Fuzzers: tests/fuzz/fuzz_*.c. With VSIM_FUZZ they are libFuzzer programs; always, the seeds run through the same
# function as a plain test.
file(GLOB fuzzers RELATIVE ${CMAKE_SOURCE_DIR}/tests/fuzz CONFIGURE_DEPENDS tests/fuzz/fuzz_*.c)
foreach(fuzzer IN LISTS fuzzers)
  string(REGEX REPLACE "\\.c$" "" name ${fuzzer})
  if(VSIM_FUZZ)
    add_executable(${name} tests/fuzz/${fuzzer})
    target_link_options(${name} PRIVATE -fsanitize=fuzzer,address,undefined)
  else()
    add_executable(${name} tests/fuzz/${fuzzer} tests/fuzz/seeds_main.c)
  endif()
  target_link_libraries(${name} PRIVATE vsim_all)
  file(GLOB seeds CONFIGURE_DEPENDS tests/fuzz/seeds/${name}/*)
  add_test(NAME fuzz/${name} COMMAND ${name} ${seeds})
endforeach()

# Traces: each is a test of its own, on the model and the oracle side by side, with every claim in it checked.
if(TARGET vfiosim_command)
  file(GLOB_RECURSE traces RELATIVE ${CMAKE_SOURCE_DIR} CONFIGURE_DEPENDS traces/*.vsim)
  foreach(trace IN LISTS traces)
    string(REGEX REPLACE "\\.vsim$" "" name ${trace})
    add_test(NAME ${name} COMMAND vfiosim_command replay --quiet ${CMAKE_SOURCE_DIR}/${trace})
  endforeach()
endif()
