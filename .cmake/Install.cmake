# find_package(carousel) works from the install and from the build tree.
include(CMakePackageConfigHelpers)
install(TARGETS carousel carousel_autograd carousel_cells carousel_optim carousel_experiments
        EXPORT carouselTargets LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR})
install(TARGETS carousel_program RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
set(package_directory ${CMAKE_INSTALL_LIBDIR}/cmake/carousel)
install(EXPORT carouselTargets NAMESPACE carousel:: DESTINATION ${package_directory})
export(EXPORT carouselTargets NAMESPACE carousel::
       FILE ${PROJECT_BINARY_DIR}/carouselTargets.cmake)
file(CONFIGURE OUTPUT carouselConfig.cmake @ONLY CONTENT
"include(\"\${CMAKE_CURRENT_LIST_DIR}/carouselTargets.cmake\")
")
write_basic_package_version_file(${PROJECT_BINARY_DIR}/carouselConfigVersion.cmake
                                 COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/carouselConfig.cmake
              ${PROJECT_BINARY_DIR}/carouselConfigVersion.cmake DESTINATION ${package_directory})
