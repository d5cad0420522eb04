# What can be said about the sources without running them. Included by tests/CMakeLists.txt.
foreach(check layering xtensor file_length readme_map configs_listed quotes)
  add_script_test(lint/${check} fast lint/${check}.sh ${root})
endforeach()
add_script_test(lint/checks_find_faults fast lint/checks_find_faults.sh ${scratch}/lint)
add_script_test(lint/user_file_is_light fast lint/user_file_is_light.sh ${CMAKE_CXX_COMPILER}
  ${root} ${scratch}/lint_light)

add_script_test(lint/clang_format full lint/clang_format.sh ${root})
add_script_test(lint/shellcheck full lint/shellcheck.sh ${root})
add_script_test(lint/clang_tidy full lint/clang_tidy.sh ${root} ${PROJECT_BINARY_DIR})
set_tests_properties(lint/clang_tidy PROPERTIES TIMEOUT 1800 PROCESSORS 64)  # runs alone
