#include <array>
#include <autograd/support/error.hpp>
#include <autograd/support/settings.hpp>
#include <charconv>
#include <cmath>

namespace carousel {
namespace {

bool bounded(const Range& range) { return std::isfinite(range.low) || std::isfinite(range.high); }

/// Writes each setting down as one row.
class Documenter final : public Settings {
 public:
  std::vector<SettingDoc> rows;

  void operator()(const char* key, bool& value, const char* doc) override {
    rows.push_back({key, "bool", value ? "true" : "false", doc, ""});
  }
  void operator()(const char* key, std::int64_t& value, const char* doc,
                  const Range& range) override {
    rows.push_back({key, "integer", std::to_string(value), doc, allowed(range)});
  }
  void operator()(const char* key, double& value, const char* doc, const Range& range) override {
    rows.push_back({key, "number", shortest(value), doc, allowed(range)});
  }
  void operator()(const char* key, std::optional<double>& value, const char* doc,
                  const Range& range) override {
    rows.push_back({key, "number or null", value ? shortest(*value) : "null", doc, allowed(range)});
  }
  void operator()(const char* key, std::string& value, const char* doc,
                  const Words& words) override {
    rows.push_back({key, words.empty() ? "text" : "word", value, doc, join(words)});
  }
  void operator()(const char* key, std::vector<std::int64_t>& value, const char* doc,
                  const Range& range) override {
    Words items;
    for (const std::int64_t item : value) items.push_back(std::to_string(item));
    rows.push_back({key, "list of integers", "[" + join(items) + "]", doc, allowed(range)});
  }

 private:
  static std::string allowed(const Range& range) { return bounded(range) ? range.text() : ""; }
};

}  // namespace

bool Range::contains(double value) const {
  return std::isfinite(value) && (low_open ? value > low : value >= low) &&
         (high_open ? value < high : value <= high);
}

std::string Range::text() const {
  const bool has_low = std::isfinite(low), has_high = std::isfinite(high);
  if (has_low && has_high) {
    return std::string("in ") + (low_open ? "(" : "[") + shortest(low) + ", " + shortest(high) +
           (high_open ? ")" : "]");
  }
  if (has_low) return (low_open ? "above " : "at least ") + shortest(low);
  if (has_high) return (high_open ? "below " : "at most ") + shortest(high);
  return "any number";
}

std::vector<SettingDoc> document(void (*visit)(void*, Settings&), void* object) {
  Documenter documenter;
  visit(object, documenter);
  return documenter.rows;
}

std::string shortest(double value) {
  if (std::isnan(value)) return ".nan";
  if (std::isinf(value)) return value > 0 ? ".inf" : "-.inf";
  std::array<char, 32> text{};  // the longest, -2.2250738585072014e-308, has 24
  const auto end = std::to_chars(text.data(), text.data() + text.size(), value).ptr;
  return {text.data(), end};
}

}  // namespace carousel
