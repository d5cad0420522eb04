#pragma once
#include <string>

namespace carousel::report {

/// The page with its styles and scripts, which the build puts together from page/. In place of the
/// data it has data_mark, once.
std::string page();
constexpr const char* data_mark = "{{data}}";
/// What every page begins with, by which one is told from other files.
constexpr const char* page_begin = "<!DOCTYPE html>\n<!-- carousel report -->";

}  // namespace carousel::report
