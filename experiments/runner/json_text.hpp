#pragma once
#include <limits>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>

namespace carousel {

/// JSON as text, on one line unless `indent` is given. Bytes that are no UTF-8, which a path may
/// hold, become U+FFFD instead of an exception.
inline std::string json_text(const nlohmann::ordered_json& json, int indent = -1) {
  return json.dump(indent, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
}

/// What there is of an optional value, or null.
template <class T> nlohmann::ordered_json or_null(const std::optional<T>& value) {
  return value ? nlohmann::ordered_json(*value) : nlohmann::ordered_json(nullptr);
}

/// A number. JSON has no NaN and no infinity: they are written as null, and read back as NaN.
inline double number_or_nan(const nlohmann::ordered_json& json) {
  return json.is_null() ? std::numeric_limits<double>::quiet_NaN() : json.get<double>();
}

}  // namespace carousel
