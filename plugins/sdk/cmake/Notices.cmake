# What the umbrella holds of others, written where something is installed that holds it.

find_package(Python3 3.9 COMPONENTS Interpreter)

#   metaface_install_notices(FOLDER [PART...])
function(metaface_install_notices FOLDER)
    if(NOT Python3_EXECUTABLE)
        message(WARNING "No Python 3.9 or later: what is installed lacks the notices of others' work, "
                        "and should not be given away")
        return()
    endif()
    set(parts "")
    foreach(part IN LISTS ARGN)
        string(APPEND parts " --part \"${part}\"")
    endforeach()
    # The list comes from cargo, which has what it was built from only once it is built.
    set(script "${METAFACE_WORKSPACE}/xtask/dist/notices.py")
    install(CODE "execute_process(
        COMMAND \"${Python3_EXECUTABLE}\" \"${script}\" metaface-sdk \"${FOLDER}\"${parts}
        COMMAND_ERROR_IS_FATAL ANY)")
endfunction()
