#include <experiments/version.hpp>

namespace carousel {

// The build defines CAROUSEL_VERSION for this file alone, from project(VERSION).
const char* version() { return CAROUSEL_VERSION; }

}  // namespace carousel
