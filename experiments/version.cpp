#include <experiments/plugin.hpp>
#include <experiments/version.hpp>
#include <string_view>

namespace carousel {

// The build defines CAROUSEL_VERSION for this file alone, from project(VERSION).
static_assert(std::string_view(header_version) == CAROUSEL_VERSION);
const char* version() { return CAROUSEL_VERSION; }

}  // namespace carousel
