# cmake -Dcompiler= -Dincludes= -Dfile= -Dregex= -P must_not_compile.cmake
#
# Fails unless `compiler` rejects `file` with a message that matches `regex`.
list(REMOVE_DUPLICATES includes)
list(REMOVE_ITEM includes "")
list(TRANSFORM includes PREPEND "-I")
execute_process(COMMAND "${compiler}" -std=c++20 -fsyntax-only ${includes} "${file}"
                RESULT_VARIABLE status OUTPUT_VARIABLE output ERROR_VARIABLE output)
if(status EQUAL 0)
  message(FATAL_ERROR "${file} compiles; it was to be rejected with \"${regex}\"")
endif()
if(NOT output MATCHES "${regex}")
  message(FATAL_ERROR "${file} is rejected, but not with \"${regex}\":\n${output}")
endif()
