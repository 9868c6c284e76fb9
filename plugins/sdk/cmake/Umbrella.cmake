# The umbrella archive of Rust and C++ code, METAFACE_ARCHIVE, built by metaface_umbrella.

if(WIN32)
    set(METAFACE_ARCHIVE_NAME metaface.lib)
    set(CARGO_ARCHIVE_NAME metaface_sdk.lib)
    # From `rustc --print native-static-libs`.
    set(METAFACE_SYSTEM_LIBRARIES Threads::Threads bcrypt advapi32 kernel32 ntdll userenv ws2_32 dbghelp)
else()
    set(METAFACE_ARCHIVE_NAME libmetaface.a)
    set(CARGO_ARCHIVE_NAME libmetaface_sdk.a)
    set(METAFACE_SYSTEM_LIBRARIES Threads::Threads ${CMAKE_DL_LIBS} m)
    if(APPLE)
        list(APPEND METAFACE_SYSTEM_LIBRARIES "-framework CoreFoundation" iconv)
    endif()
endif()

get_filename_component(METAFACE_WORKSPACE "${CMAKE_CURRENT_LIST_DIR}/../../.." ABSOLUTE)
if(METAFACE_LIBRARY)
    set(METAFACE_ARCHIVE "${METAFACE_LIBRARY}")
    add_custom_target(metaface_umbrella)
    return()
endif()

find_program(CARGO cargo REQUIRED)
if(DEFINED ENV{CARGO_TARGET_DIR})
    set(CARGO_TARGET "$ENV{CARGO_TARGET_DIR}")
else()
    set(CARGO_TARGET "${METAFACE_WORKSPACE}/target")
endif()
# Together with the command line program, as the tests build it: shared crates are compiled once.
set(CARGO_FLAGS --release --ignore-rust-version -p metaface-cli -p metaface-sdk)
if(METAFACE_CUDA)
    list(APPEND CARGO_FLAGS --features metaface-cli/cuda,metaface-sdk/cuda)
endif()
if(METAFACE_OPTIMISE)
    list(APPEND CARGO_FLAGS --config .cargo/optimised.toml)
endif()
set(CARGO_ENVIRONMENT "")
if(METAFACE_LIBCXX)
    # Only the C++ sources are compiled again.
    set(CARGO_ENVIRONMENT CXX=clang++ CXXFLAGS=-stdlib=libc++ CXXSTDLIB=c++)
endif()
if(APPLE AND CMAKE_OSX_DEPLOYMENT_TARGET)
    # The same deployment target for Rust and C++.
    list(APPEND CARGO_ENVIRONMENT MACOSX_DEPLOYMENT_TARGET=${CMAKE_OSX_DEPLOYMENT_TARGET})
endif()
# A copy, because cargo overwrites its archive when the C++ standard library changes.
set(METAFACE_ARCHIVE "${CMAKE_CURRENT_BINARY_DIR}/cargo/${METAFACE_ARCHIVE_NAME}")
# The target always runs cargo, which decides what to rebuild. As a top-level project, it is part of
# `all`; as a subproject, it is built only as a dependency.
set(METAFACE_IN_ALL "")
if(PROJECT_IS_TOP_LEVEL)
    set(METAFACE_IN_ALL ALL)
endif()
add_custom_target(metaface_umbrella ${METAFACE_IN_ALL}
    COMMAND ${CMAKE_COMMAND} -E env ${CARGO_ENVIRONMENT} CARGO_TARGET_DIR=${CARGO_TARGET}
        ${CARGO} build ${CARGO_FLAGS}
    COMMAND ${CMAKE_COMMAND} -E copy_if_different
        "${CARGO_TARGET}/release/${CARGO_ARCHIVE_NAME}" "${METAFACE_ARCHIVE}"
    WORKING_DIRECTORY "${METAFACE_WORKSPACE}"
    BYPRODUCTS "${METAFACE_ARCHIVE}"
    USES_TERMINAL)
