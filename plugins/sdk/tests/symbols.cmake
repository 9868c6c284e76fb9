# Checks that the shared library exports only symbols of the API:
#   cmake -DNM=... -DLIBRARY=... -P symbols.cmake
execute_process(COMMAND ${NM} --dynamic --defined-only --demangle ${LIBRARY}
    OUTPUT_VARIABLE listing COMMAND_ERROR_IS_FATAL ANY)
string(REPLACE ";" "," listing "${listing}")
string(STRIP "${listing}" listing)
string(REPLACE "\n" ";" lines "${listing}")
list(LENGTH lines count)
if(count LESS 50)
    message(FATAL_ERROR "only ${count} symbols are exported")
endif()
foreach(line IN LISTS lines)
    if(line MATCHES "Impl::|bridge::|rust::")
        message(FATAL_ERROR "an internal symbol is exported: ${line}")
    endif()
    if(NOT line MATCHES "^[0-9a-f]+ [A-Za-z] ((typeinfo|typeinfo name|vtable) for )?metaface::")
        message(FATAL_ERROR "a symbol outside the API is exported: ${line}")
    endif()
endforeach()
