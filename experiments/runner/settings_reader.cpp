#include <algorithm>
#include <autograd/support/error.hpp>
#include <charconv>
#include <cmath>
#include <experiments/runner/settings_reader.hpp>
#include <limits>
#include <system_error>
#include <utility>

namespace carousel {
namespace {

/// ", at least 1", or nothing for a range without ends.
std::string limits(const Range& range) {
  return std::isfinite(range.low) || std::isfinite(range.high) ? ", " + range.text() : "";
}

/// The characters of a plain scalar as std::from_chars takes them: without a plus sign. Empty for
/// what is no plain scalar.
std::string digits(const YamlNode& node) {
  if (!node.is_scalar() || node.quoted) return {};
  const bool plus = node.text.size() > 1 && node.text[0] == '+' && node.text[1] != '-';
  return node.text.substr(plus ? 1 : 0);
}

/// Reads the number that all of a plain scalar is. std::errc::result_out_of_range where it is one,
/// but T holds none so large (or so small); invalid_argument where it is none.
template <class T> std::errc parse(const YamlNode& node, T& value) {
  const std::string text = digits(node);
  // std::from_chars would also take "inf", "nan" and "infinity", which are words in YAML.
  if (text.find_first_not_of("0123456789.eE+-") != std::string::npos) {
    return std::errc::invalid_argument;
  }
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return end == text.data() + text.size() ? error : std::errc::invalid_argument;
}

/// "Write 1000000" for 1e6 where an integer is wanted.
std::string as_integer(const YamlNode& node) {
  double value = 0;
  const bool number = parse(node, value) == std::errc{};
  const bool exact = number && std::floor(value) == value && std::abs(value) < 0x1p53;
  return exact ? "Write " + std::to_string(static_cast<std::int64_t>(value)) : "";
}

/// Whether a value is written as an integer, be it too large for one.
bool is_integer(const YamlNode& node) {
  std::int64_t value = 0;
  return parse(node, value) != std::errc::invalid_argument;
}

std::int64_t read_integer(const YamlNode& node, const std::string& path, const Range& range) {
  using Limits = std::numeric_limits<std::int64_t>;
  std::int64_t value = 0;
  const std::errc error = parse(node, value);
  if (error == std::errc{} && range.contains(static_cast<double>(value))) return value;
  std::string fix;
  if (error == std::errc::invalid_argument) fix = as_integer(node);
  if (error == std::errc::result_out_of_range) {
    fix = "Integers go from " + std::to_string(Limits::min()) + " to " +
          std::to_string(Limits::max());
  }
  throw Error(ErrorKind::config, place_of(node.where, path), "an integer" + limits(range),
              node.described(), fix);
}

double read_number(const YamlNode& node, const std::string& path, const Range& range,
                   const char* or_null = "") {
  using Limits = std::numeric_limits<double>;
  double value = 0;
  const std::errc error = parse(node, value);
  if (error == std::errc{} && range.contains(value)) return value;
  // Too large a number is an error or infinite, by the version of the standard library.
  const bool too_large = error == std::errc::result_out_of_range || std::isinf(value);
  throw Error(ErrorKind::config, place_of(node.where, path), "a number" + limits(range) + or_null,
              node.described(),
              too_large ? "Numbers other than 0 have a size from " +
                              shortest(Limits::denorm_min()) + " to " + shortest(Limits::max())
                        : "");
}

}  // namespace

std::string place_of(const std::string& where, const std::string& path) {
  if (path.empty() || where.rfind("--set " + path + "=", 0) == 0) return where;
  return where.empty() ? path : where + ": " + path;
}

SettingsReader::SettingsReader(const YamlNode& map, std::string path, std::string what)
    : map_(map), path_(std::move(path)), what_(std::move(what)) {
  if (map.is_map() || map.is_null()) return;
  throw Error(ErrorKind::config, place_of(map.where, path_), "a map of settings", map.described());
}

void SettingsReader::operator()(const char* key, bool& value, const char*) {
  const YamlNode* node = take(key);
  if (!node) return;
  const std::string word = node->is_scalar() && !node->quoted ? node->text : "";
  if (word != "true" && word != "false") {
    throw Error(ErrorKind::config, where(key), "true or false", node->described());
  }
  value = word == "true";
}

void SettingsReader::operator()(const char* key, std::int64_t& value, const char*,
                                const Range& range) {
  if (const YamlNode* node = take(key)) value = read_integer(*node, path(key), range);
}

void SettingsReader::operator()(const char* key, double& value, const char*, const Range& range) {
  if (const YamlNode* node = take(key)) value = read_number(*node, path(key), range);
}

void SettingsReader::operator()(const char* key, std::optional<double>& value, const char*,
                                const Range& range) {
  const YamlNode* node = take(key);
  if (!node) return;
  if (node->is_null() || (node->is_scalar() && !node->quoted && node->text == "none")) {
    value.reset();
  } else {
    value = read_number(*node, path(key), range, ", or null");
  }
}

void SettingsReader::operator()(const char* key, std::string& value, const char*,
                                const Words& allowed) {
  const YamlNode* node = take(key);
  if (!node) return;
  const bool fits =
      allowed.empty() || std::find(allowed.begin(), allowed.end(), node->text) != allowed.end();
  if (fits && (node->is_scalar() || node->is_null())) {
    value = node->text;  // which is empty for null
    return;
  }
  const std::string near = node->is_scalar() ? did_you_mean(node->text, allowed) : "";
  throw Error(ErrorKind::config, where(key),
              allowed.empty() ? "text" : (allowed.size() > 1 ? "one of " : "") + join(allowed),
              node->described(), near.empty() ? "" : "Did you mean '" + near + "'?");
}

void SettingsReader::operator()(const char* key, std::vector<std::int64_t>& value, const char*,
                                const Range& range) {
  const YamlNode* node = take(key);
  if (!node) return;
  if (!node->is_list() && !is_integer(*node)) {
    throw Error(ErrorKind::config, where(key), "a list of integers, such as [1, 2]",
                node->described());
  }
  std::vector<std::int64_t> read;
  if (node->is_list()) {
    for (const YamlNode& item : node->children) {
      read.push_back(read_integer(item, path(key) + "." + std::to_string(read.size()), range));
    }
  } else {
    read.push_back(read_integer(*node, path(key), range));
  }
  value = std::move(read);
}

const YamlNode* SettingsReader::take(const std::string& key) {
  if (std::find(known_.begin(), known_.end(), key) != known_.end()) {
    throw Error(ErrorKind::argument, what_.empty() ? path_ : what_, "settings with different names",
                "two with the name '" + key + "'", "Rename the one in settings()");
  }
  known_.push_back(key);
  return map_.find(key);
}

std::string SettingsReader::path(const std::string& key) const {
  return path_.empty() ? key : path_ + "." + key;
}

std::string SettingsReader::where(const std::string& key) const {
  const YamlNode* node = map_.find(key);
  return place_of(node ? node->where : map_.where, path(key));
}

std::string SettingsReader::suggestion(const std::string& key) const {
  for (const YamlNode& section : map_.children) {
    const bool known = std::find(known_.begin(), known_.end(), section.key) != known_.end();
    if (known && section.find(key)) return path(section.key) + "." + key;
  }
  return did_you_mean(key, known_);
}

void SettingsReader::finish() const {
  for (const YamlNode& child : map_.children) {
    if (std::find(known_.begin(), known_.end(), child.key) != known_.end()) continue;
    const std::string near = suggestion(child.key);
    throw Error(ErrorKind::config, child.key_where, "",
                "unknown setting '" + child.key + "'" + (what_.empty() ? "" : " in " + what_),
                (near.empty() ? "" : "Did you mean '" + near + "'? ") + "Known: " + join(known_));
  }
}

}  // namespace carousel
