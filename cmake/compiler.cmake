# Which compilers may build this code, and the flags every target gets.

if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
  message(FATAL_ERROR
    "GCC ${CMAKE_CXX_COMPILER_VERSION} destroys temporaries of co_await expressions twice "
    "(docs/adr/0002-coroutines-and-compilers.md). Use clang++-19 (a preset does) or GCC 13 and later.")
endif()
if(CMAKE_CXX_COMPILER_ID MATCHES "Clang" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 17)
  message(FATAL_ERROR "Clang ${CMAKE_CXX_COMPILER_VERSION} is older than this code needs: use clang++-19.")
endif()

set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)

find_program(WASPHERE_CCACHE ccache)
if(WASPHERE_CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  set(CMAKE_CXX_COMPILER_LAUNCHER ${WASPHERE_CCACHE})
endif()

add_library(wasphere_flags INTERFACE)
target_include_directories(wasphere_flags INTERFACE ${CMAKE_SOURCE_DIR})
target_compile_options(wasphere_flags INTERFACE
  -Wall -Wextra -Wshadow -Wconversion -Wno-sign-conversion -Werror
  -fstack-protector-strong)
target_compile_definitions(wasphere_flags INTERFACE _GLIBCXX_ASSERTIONS)
target_link_options(wasphere_flags INTERFACE -Wl,-z,relro,-z,now)
if(CMAKE_CXX_COMPILER_ID MATCHES "Clang")
  target_link_options(wasphere_flags INTERFACE -fuse-ld=lld)
endif()

if(WASPHERE_SANITIZE)
  target_compile_options(wasphere_flags INTERFACE
    -fsanitize=${WASPHERE_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=undefined)
  target_link_options(wasphere_flags INTERFACE -fsanitize=${WASPHERE_SANITIZE})
elseif(CMAKE_BUILD_TYPE STREQUAL "Release")
  target_compile_definitions(wasphere_flags INTERFACE _FORTIFY_SOURCE=2)
endif()
