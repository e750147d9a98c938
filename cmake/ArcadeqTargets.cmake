# arcadeq_library(NAME SOURCES ... LINK ...) and arcadeq_tests(NAME SOURCES ... LINK ...):
# every target of the project gets the same warnings, include root and sanitizers.

add_library(arcadeq_options INTERFACE)
target_include_directories(arcadeq_options INTERFACE ${PROJECT_SOURCE_DIR}/src)
# The same source gives the same numbers with every compiler: a*b+c becomes an FMA only where a kernel says so.
target_compile_options(arcadeq_options INTERFACE -Wall -Wextra -Wpedantic -Wshadow -Wconversion
  -Wno-sign-conversion -Wnon-virtual-dtor -ffp-contract=off)
# Designated initialisers leave out members on purpose; GCC before 15 warns of those too.
target_compile_options(arcadeq_options INTERFACE -Wno-missing-field-initializers)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
  target_compile_options(arcadeq_options INTERFACE -Wno-restrict)  # GCC bug 105651: std::string +
endif()
if(ARCADEQ_WERROR)
  target_compile_options(arcadeq_options INTERFACE -Werror)
endif()
if(ARCADEQ_SANITIZE)
  target_compile_options(arcadeq_options INTERFACE -fsanitize=${ARCADEQ_SANITIZE} -fno-omit-frame-pointer)
  target_link_options(arcadeq_options INTERFACE -fsanitize=${ARCADEQ_SANITIZE})
endif()

function(arcadeq_library name)
  cmake_parse_arguments(ARG "" "" "SOURCES;LINK;PRIVATE_LINK" ${ARGN})
  add_library(${name} STATIC ${ARG_SOURCES})
  target_link_libraries(${name} PUBLIC arcadeq_options ${ARG_LINK} PRIVATE ${ARG_PRIVATE_LINK})
endfunction()

# arcadeq_embed_files(OUTPUT HEADER header TEXTS NAME=FILE ... HASHES NAME=FILE ...): makes the source file
# OUTPUT, which defines what the header declares: the texts of files of this folder, and the SHA-256 of files
# in hexadecimal digits, each a std::string_view NAME.
function(arcadeq_embed_files output)
  cmake_parse_arguments(ARG "" "HEADER" "TEXTS;HASHES" ${ARGN})
  set(embed_files ${PROJECT_SOURCE_DIR}/cmake/embed_files.cmake)
  list(TRANSFORM ARG_TEXTS REPLACE "=" "=${CMAKE_CURRENT_SOURCE_DIR}/")
  list(TRANSFORM ARG_HASHES REPLACE "=" "=${CMAKE_CURRENT_SOURCE_DIR}/")
  set(files ${ARG_TEXTS} ${ARG_HASHES})
  list(TRANSFORM files REPLACE "^[^=]+=" "")
  add_custom_command(
    OUTPUT ${output}
    COMMAND ${CMAKE_COMMAND} -DOUTPUT=${output} -DHEADER=${ARG_HEADER} "-DTEXTS=${ARG_TEXTS}" "-DHASHES=${ARG_HASHES}"
      -P ${embed_files}
    DEPENDS ${files} ${embed_files}
    VERBATIM)
endfunction()

# Unit tests of one folder, one executable; each test becomes one ctest entry, labelled `unit`. The tests themselves
# take longer to compile than to run, so they are hardly optimised; the libraries that they test are.
function(arcadeq_tests name)
  if(NOT BUILD_TESTING)
    return()
  endif()
  cmake_parse_arguments(ARG "" "" "SOURCES;LINK" ${ARGN})
  add_executable(${name} ${ARG_SOURCES})
  target_link_libraries(${name} PRIVATE arcadeq_options ${ARG_LINK} arcadeq_testing GTest::gmock_main
    rapidcheck)
  target_compile_definitions(${name} PRIVATE ARCADEQ_SOURCE_DIR="${PROJECT_SOURCE_DIR}")
  target_compile_options(${name} PRIVATE $<$<CONFIG:Release>:-O1>)
  gtest_discover_tests(${name} TEST_PREFIX ${name}. DISCOVERY_TIMEOUT 120
    PROPERTIES LABELS unit TIMEOUT 600)
endfunction()
