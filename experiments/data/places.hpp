#pragma once
#include <string>

namespace carousel::data {

/// Where a data set is that fetch.sh put into the source tree: `path`, which starts in the present
/// directory, or the same in the tree that the program was built in, whichever is there; `path`
/// where neither is.
std::string fetched(const std::string& path);

}  // namespace carousel::data
