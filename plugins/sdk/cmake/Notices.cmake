# Installs the third-party notices of the umbrella archive.

find_package(Python3 3.9 COMPONENTS Interpreter)

#   metaface_install_notices(FOLDER [PART...])
function(metaface_install_notices FOLDER)
    if(NOT Python3_EXECUTABLE)
        message(WARNING "Python 3.9 or later not found: third-party notices are not installed. "
                        "Do not distribute this build")
        return()
    endif()
    set(parts "")
    foreach(part IN LISTS ARGN)
        string(APPEND parts " --part \"${part}\"")
    endforeach()
    # Runs at install time: cargo knows the dependencies only after the build.
    set(script "${METAFACE_WORKSPACE}/xtask/dist/notices.py")
    install(CODE "execute_process(
        COMMAND \"${Python3_EXECUTABLE}\" \"${script}\" metaface-sdk \"${FOLDER}\"${parts}
        COMMAND_ERROR_IS_FATAL ANY)")
endfunction()
