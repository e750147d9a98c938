# Cross-compiles for 64-bit ARM with Debian's compiler, against the system that tools/arm64.sh makes; what
# is built runs under QEMU.
set(CMAKE_SYSTEM_NAME Linux)
set(CMAKE_SYSTEM_PROCESSOR aarch64)
set(CMAKE_C_COMPILER aarch64-linux-gnu-gcc)
set(CMAKE_CXX_COMPILER aarch64-linux-gnu-g++)

get_filename_component(arm64 ${CMAKE_CURRENT_LIST_DIR}/../build/deps/arm64 ABSOLUTE)
set(CMAKE_SYSROOT ${arm64}/root)
set(CMAKE_FIND_ROOT_PATH ${arm64}/root ${arm64}/ale)
set(CMAKE_FIND_ROOT_PATH_MODE_PROGRAM NEVER)
set(CMAKE_FIND_ROOT_PATH_MODE_INCLUDE ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_LIBRARY ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_PACKAGE ONLY)
set(ENV{PKG_CONFIG_SYSROOT_DIR} ${arm64}/root)
set(ENV{PKG_CONFIG_LIBDIR} ${arm64}/root/usr/lib/aarch64-linux-gnu/pkgconfig:${arm64}/root/usr/share/pkgconfig)
set(CMAKE_CROSSCOMPILING_EMULATOR qemu-aarch64-static -L ${arm64}/root)
