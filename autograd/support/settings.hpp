#pragma once
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <vector>

namespace carousel {

/// The values a number may take. NaN and the infinities are never among them.
struct Range {
  double low = -std::numeric_limits<double>::infinity();
  double high = std::numeric_limits<double>::infinity();
  bool low_open = false, high_open = false;  ///< open: the end itself is refused

  bool contains(double value) const;
  std::string text() const;  ///< "at least 1", "above 0", "in [0, 1)"
};

inline Range at_least(double low) { return {low, std::numeric_limits<double>::infinity()}; }
inline Range above(double low) {
  return {low, std::numeric_limits<double>::infinity(), /*low_open=*/true};
}
inline Range between(double low, double high) { return {low, high}; }
/// low included, high not: [0, 1) for decay rates.
inline Range between_open(double low, double high) { return {low, high, false, true}; }

using Words = std::vector<std::string>;

/// A visitor of one struct's settings. A struct lists them once,
///
///     void settings(Settings& s) {
///       s("lr", lr, "learning rate", above(0));
///     }
///
/// and that list reads them from a file, documents them, writes them back and makes every other
/// key an error. Which of these happens is the visitor's type. `doc` is one line; the field's
/// present value is the default.
class Settings {
 public:
  virtual ~Settings() = default;
  virtual void operator()(const char* key, bool& value, const char* doc) = 0;
  virtual void operator()(const char* key, std::int64_t& value, const char* doc,
                          const Range& range = {}) = 0;
  virtual void operator()(const char* key, double& value, const char* doc,
                          const Range& range = {}) = 0;
  /// `none` (YAML: null) is a value of its own: the feature is off.
  virtual void operator()(const char* key, std::optional<double>& value, const char* doc,
                          const Range& range = {}) = 0;
  /// A word out of `allowed`; any string where that is empty.
  virtual void operator()(const char* key, std::string& value, const char* doc,
                          const Words& allowed = {}) = 0;
  virtual void operator()(const char* key, std::vector<std::int64_t>& value, const char* doc,
                          const Range& range = {}) = 0;
};

/// One row of documentation, as `carousel list` prints it.
struct SettingDoc {
  std::string key, type, value, doc, allowed;
};

/// Collects a struct's settings with their present values.
std::vector<SettingDoc> document(void (*visit)(void*, Settings&), void* object);
template <class T> std::vector<SettingDoc> document(T& object) {
  return document([](void* o, Settings& s) { static_cast<T*>(o)->settings(s); }, &object);
}

/// A number as text that reads back to the same bits and stays short (0.001, 1e-08).
std::string shortest(double value);

}  // namespace carousel
