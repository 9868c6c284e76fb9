# The shared library: the umbrella archive, exporting only symbols of the API.

add_library(shared SHARED "${CMAKE_CURRENT_SOURCE_DIR}/cmake/shared.cpp")
add_library(MetaFace::shared ALIAS shared)
add_dependencies(shared metaface_umbrella)
set_target_properties(shared PROPERTIES
    OUTPUT_NAME metaface
    VERSION ${PROJECT_VERSION}
    SOVERSION ${PROJECT_VERSION_MAJOR}.${PROJECT_VERSION_MINOR}
    LINK_DEPENDS "${METAFACE_ARCHIVE}")
target_compile_features(shared PUBLIC cxx_std_17)
target_compile_definitions(shared INTERFACE METAFACE_SHARED)
target_include_directories(shared INTERFACE
    "$<BUILD_INTERFACE:${CMAKE_CURRENT_SOURCE_DIR}/include>"
    "$<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}>")
if(WIN32)
    # The name of the import library must differ from that of the static library.
    set_target_properties(shared PROPERTIES ARCHIVE_OUTPUT_NAME metaface_import)
endif()
if(MSVC)
    target_link_options(shared PRIVATE "/WHOLEARCHIVE:${METAFACE_ARCHIVE}")
elseif(APPLE)
    target_link_options(shared PRIVATE
        "-Wl,-force_load,${METAFACE_ARCHIVE}"
        "-Wl,-exported_symbols_list,${CMAKE_CURRENT_SOURCE_DIR}/cmake/exported_symbols.txt"
        "-Wl,-dead_strip")
else()
    target_link_options(shared PRIVATE
        "-Wl,--whole-archive,${METAFACE_ARCHIVE},--no-whole-archive"
        "-Wl,--version-script=${CMAKE_CURRENT_SOURCE_DIR}/cmake/symbols.map"
        "-Wl,--gc-sections,--strip-all")
endif()
if(METAFACE_LIBCXX)
    target_compile_options(shared PUBLIC -stdlib=libc++)
    target_link_options(shared PUBLIC -stdlib=libc++)
endif()
target_link_libraries(shared PRIVATE ${METAFACE_SYSTEM_LIBRARIES})
