# What the library is made with. Each missing package is named with its Debian name.
function(carousel_require found name package)
  if(NOT ${found})
    message(FATAL_ERROR "${name} was not found; on Debian: apt-get install ${package}")
  endif()
endfunction()

find_package(xtensor QUIET)
carousel_require(xtensor_FOUND xtensor libxtensor-dev)
if(xtensor_VERSION VERSION_GREATER_EQUAL 0.26)
  message(FATAL_ERROR "xtensor ${xtensor_VERSION}: its headers moved in 0.26 and it needs C++20 "
                      "from 0.27 on; use 0.24 or 0.25")
endif()
find_package(xtensor-blas QUIET)
carousel_require(xtensor-blas_FOUND xtensor-blas libxtensor-blas-dev)
find_package(xsimd QUIET)
carousel_require(xsimd_FOUND xsimd libxsimd-dev)
find_package(yaml-cpp QUIET)
carousel_require(yaml-cpp_FOUND yaml-cpp libyaml-cpp-dev)
find_package(CLI11 QUIET)
carousel_require(CLI11_FOUND CLI11 libcli11-dev)
find_package(nlohmann_json QUIET)
carousel_require(nlohmann_json_FOUND nlohmann-json nlohmann-json3-dev)
find_package(fmt QUIET)
carousel_require(fmt_FOUND fmt libfmt-dev)
find_package(ZLIB QUIET)
carousel_require(ZLIB_FOUND zlib zlib1g-dev)
find_file(CAROUSEL_D3 d3.min.js PATHS /usr/share/nodejs/d3/dist /usr/share/javascript/d3
  NO_DEFAULT_PATH)
carousel_require(CAROUSEL_D3 "D3 (version 5 or later)" node-d3)
find_package(OpenMP QUIET COMPONENTS CXX)
carousel_require(OpenMP_CXX_FOUND OpenMP g++)

# OpenBLAS by its own path, in the build that may be called from several OpenMP threads at once, each
# for a product of its own: the serial build hands two callers the same scratch memory. The system's
# choice of libblas is left alone.
find_library(CAROUSEL_BLAS NAMES openblas
  PATHS /usr/lib/${CMAKE_LIBRARY_ARCHITECTURE}/openblas-openmp
        /usr/lib/${CMAKE_CXX_LIBRARY_ARCHITECTURE}/openblas-openmp NO_DEFAULT_PATH)
find_path(CAROUSEL_BLAS_HEADERS cblas.h
  PATHS /usr/include/${CMAKE_CXX_LIBRARY_ARCHITECTURE}/openblas-openmp NO_DEFAULT_PATH)
carousel_require(CAROUSEL_BLAS "OpenBLAS (OpenMP build)" libopenblas-openmp-dev)
carousel_require(CAROUSEL_BLAS_HEADERS "OpenBLAS (OpenMP build)'s cblas.h" libopenblas-openmp-dev)
get_filename_component(CAROUSEL_BLAS_DIRECTORY "${CAROUSEL_BLAS}" DIRECTORY)

# oneDNN where it is: its products of float32 are chosen for the processor at run time.
find_path(CAROUSEL_DNNL_HEADERS dnnl.h)
find_library(CAROUSEL_DNNL dnnl)
if(NOT CAROUSEL_DNNL OR NOT CAROUSEL_DNNL_HEADERS)
  message(STATUS "oneDNN was not found (on Debian: libdnnl-dev); all products are OpenBLAS's")
endif()

add_library(carousel_dependencies INTERFACE)
if(CAROUSEL_DNNL AND CAROUSEL_DNNL_HEADERS)
  target_include_directories(carousel_dependencies SYSTEM INTERFACE ${CAROUSEL_DNNL_HEADERS})
  target_compile_definitions(carousel_dependencies INTERFACE CAROUSEL_HAS_DNNL)
  target_link_libraries(carousel_dependencies INTERFACE ${CAROUSEL_DNNL})
endif()
target_include_directories(carousel_dependencies SYSTEM INTERFACE ${CAROUSEL_BLAS_HEADERS})
# xsimd inside xtensor: its expressions then use the lanes that the build is compiled for.
target_compile_definitions(carousel_dependencies INTERFACE XTENSOR_USE_XSIMD)
target_link_libraries(carousel_dependencies INTERFACE ${CMAKE_DL_LIBS} xtensor xtensor-blas xsimd
  yaml-cpp CLI11::CLI11 nlohmann_json::nlohmann_json fmt::fmt ZLIB::ZLIB OpenMP::OpenMP_CXX
  ${CAROUSEL_BLAS})
