# What can be said about the sources without running them. Included by tests/CMakeLists.txt.
foreach(check layering xtensor file_length readme_map configs_listed quotes)
  add_script_test(lint/${check} fast lint/${check}.sh ${root})
endforeach()
add_script_test(lint/checks_find_faults fast lint/checks_find_faults.sh ${scratch}/lint)
add_script_test(lint/user_file_is_light fast lint/user_file_is_light.sh ${CMAKE_CXX_COMPILER}
  ${root} ${scratch}/lint_light)

if(CMAKE_BUILD_TYPE STREQUAL Release)  # else inline functions stay functions
  set(kernels "$<FILTER:$<TARGET_OBJECTS:carousel>,INCLUDE,/(baseline|avx2|avx512)[.]cpp>")
  add_test(NAME lint/kernels_apart COMMAND ${CAROUSEL_BASH} ${here}/lint/kernels_apart.sh ${kernels}
           COMMAND_EXPAND_LISTS)
  set_tests_properties(lint/kernels_apart PROPERTIES LABELS fast)
endif()

add_script_test(lint/clang_format full lint/clang_format.sh ${root})
add_script_test(lint/shellcheck full lint/shellcheck.sh ${root})
find_program(CAROUSEL_AARCH64 aarch64-linux-gnu-g++)
if(CAROUSEL_AARCH64)
  add_script_test(lint/aarch64 full lint/aarch64.sh ${root} ${CAROUSEL_AARCH64}
    ${CAROUSEL_BLAS_HEADERS})
endif()
add_script_test(lint/clang_tidy full lint/clang_tidy.sh ${root} ${PROJECT_BINARY_DIR})
set_tests_properties(lint/clang_tidy PROPERTIES TIMEOUT 1800 PROCESSORS 64)  # runs alone
