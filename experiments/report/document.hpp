#pragma once
#include <experiments/report/comparison.hpp>

namespace carousel::report {

/// Everything that the page shows, as the JSON that it reads (page/README.md). Numbers that are not
/// finite are null; curves of more than some hundred points are thinned.
nlohmann::ordered_json document(const std::vector<Results>& all);

}  // namespace carousel::report
