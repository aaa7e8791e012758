# cmake -Dbuild_dir= -Dcompiler= -Dgenerator= -Dwork_dir= -P outside.cmake
#
# Installs the build into an empty folder, then configures, builds and runs a program that knows
# nothing but that folder: what a person does who keeps a protocol of their own.
file(REMOVE_RECURSE "${work_dir}")
set(prefix "${work_dir}/prefix")
set(build "${work_dir}/build")

function(run)
  execute_process(COMMAND ${ARGN} RESULT_VARIABLE status OUTPUT_VARIABLE output
                  ERROR_VARIABLE output)
  if(NOT status EQUAL 0)
    list(JOIN ARGN " " command)
    message(FATAL_ERROR "failed: ${command}\n${output}")
  endif()
endfunction()

run("${CMAKE_COMMAND}" --install "${build_dir}" --prefix "${prefix}")
run("${CMAKE_COMMAND}" -S "${CMAKE_CURRENT_LIST_DIR}" -B "${build}" -G "${generator}"
    "-DCMAKE_CXX_COMPILER=${compiler}" "-DCMAKE_PREFIX_PATH=${prefix}")
run("${CMAKE_COMMAND}" --build "${build}")
run("${build}/outside")
