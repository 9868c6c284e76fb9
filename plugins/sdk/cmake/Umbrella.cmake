# The archive that holds Rust and C++ alike: METAFACE_ARCHIVE, made by the target metaface_umbrella.

if(WIN32)
    set(METAFACE_ARCHIVE_NAME metaface.lib)
    set(CARGO_ARCHIVE_NAME metaface_sdk.lib)
    # What `rustc --print native-static-libs` names.
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
# Together with the program, as the tests build it: what both stand on is compiled once.
set(CARGO_FLAGS --release --ignore-rust-version -p metaface-cli -p metaface-sdk)
if(NOT METAFACE_CUDA)
    list(APPEND CARGO_FLAGS --no-default-features)
endif()
set(CARGO_ENVIRONMENT "")
if(METAFACE_LIBCXX)
    # Only what is C++ is compiled anew.
    set(CARGO_ENVIRONMENT CXX=clang++ CXXFLAGS=-stdlib=libc++ CXXSTDLIB=c++)
endif()
if(APPLE AND CMAKE_OSX_DEPLOYMENT_TARGET)
    # Rust and C++ for the same systems.
    list(APPEND CARGO_ENVIRONMENT MACOSX_DEPLOYMENT_TARGET=${CMAKE_OSX_DEPLOYMENT_TARGET})
endif()
# A copy: cargo has one archive, whichever C++ library it was built for last.
set(METAFACE_ARCHIVE "${CMAKE_CURRENT_BINARY_DIR}/cargo/${METAFACE_ARCHIVE_NAME}")
# Cargo knows best whether anything is to be done. On its own the project is there for the archive;
# within another, whoever links it has it built.
set(METAFACE_WANTED "")
if(PROJECT_IS_TOP_LEVEL)
    set(METAFACE_WANTED ALL)
endif()
add_custom_target(metaface_umbrella ${METAFACE_WANTED}
    COMMAND ${CMAKE_COMMAND} -E env ${CARGO_ENVIRONMENT} CARGO_TARGET_DIR=${CARGO_TARGET}
        ${CARGO} build ${CARGO_FLAGS}
    COMMAND ${CMAKE_COMMAND} -E copy_if_different
        "${CARGO_TARGET}/release/${CARGO_ARCHIVE_NAME}" "${METAFACE_ARCHIVE}"
    WORKING_DIRECTORY "${METAFACE_WORKSPACE}"
    BYPRODUCTS "${METAFACE_ARCHIVE}"
    USES_TERMINAL)
