#pragma once
#include <nlohmann/json.hpp>
#include <string>

namespace carousel {

/// JSON as text, on one line unless `indent` is given. Bytes that are no UTF-8, which a path may
/// hold, become U+FFFD instead of an exception.
inline std::string json_text(const nlohmann::ordered_json& json, int indent = -1) {
  return json.dump(indent, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
}

}  // namespace carousel
