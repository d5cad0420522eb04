# Writes a CTest file that has one test for each case of a Boost.Test executable, or for `together` of
# its cases. Runs after linking:
#   cmake -D executable=... -D folder=... -D together=1 -D output=... -P discover.cmake
execute_process(
  COMMAND ${CMAKE_COMMAND} -E env ASAN_OPTIONS=detect_leaks=0 ${executable} --list_content
  RESULT_VARIABLE status OUTPUT_VARIABLE ignored ERROR_VARIABLE content)
if(NOT status EQUAL 0)
  message(FATAL_ERROR "${executable} could not list its cases: ${status}\n${content}")
endif()

# A line is four blanks for each level, a name, a star unless it is disabled, perhaps ": description".
# A case is a line that has no deeper one behind it.
string(REGEX REPLACE "[][;\\]" "_" content "${content}")
string(REGEX MATCHALL "[^\n]+" lines "${content}")
list(APPEND lines "end*")
set(text "")
set(cases 0)
set(selected "")
set(path "")
set(last_depth -1)
foreach(line IN LISTS lines)
  if(NOT line MATCHES "^( *)(.*[^ ])\\*(:.*)?$")
    continue()
  endif()
  string(LENGTH "${CMAKE_MATCH_1}" depth)
  set(name "${CMAKE_MATCH_2}")
  math(EXPR depth "${depth} / 4")
  if(path AND NOT depth GREATER last_depth)
    list(JOIN path "/" case)
    math(EXPR cases "${cases} + 1")
    if(selected STREQUAL "")
      set(first "${case}")
    endif()
    string(APPEND selected " [==[--run_test=${case}]==]")
    math(EXPR rest "${cases} % ${together}")
  endif()
  if(NOT selected STREQUAL "" AND (rest EQUAL 0 OR line STREQUAL "end*"))
    set(test "${first}")
    if(NOT together EQUAL 1)
      string(APPEND test "...")
    endif()
    string(APPEND text "add_test([==[${test}]==] [==[${executable}]==]${selected} "
           "--report_level=no --color_output=no)\n"
           "set_tests_properties([==[${test}]==] PROPERTIES LABELS fast TIMEOUT 300 "
           "WORKING_DIRECTORY [==[${folder}]==])\n")
    set(selected "")
  endif()
  list(SUBLIST path 0 ${depth} path)
  list(APPEND path "${name}")
  set(last_depth ${depth})
endforeach()
if(cases EQUAL 0)
  message(FATAL_ERROR "${executable} has no case")
endif()
file(WRITE ${output} "${text}")
