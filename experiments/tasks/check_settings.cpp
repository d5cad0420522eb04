#include <algorithm>
#include <autograd/support/error.hpp>
#include <experiments/tasks/check_settings.hpp>
#include <utility>

namespace carousel::tasks {
namespace {

/// A visitor that changes nothing and compares each value with its range or words.
class Checker final : public Settings {
 public:
  explicit Checker(std::string where) : where_(std::move(where)) {}

  void operator()(const char*, bool&, const char*) override {}
  void operator()(const char* key, std::int64_t& value, const char*, const Range& range) override {
    check(key, static_cast<double>(value), std::to_string(value), range);
  }
  void operator()(const char* key, double& value, const char*, const Range& range) override {
    check(key, value, shortest(value), range);
  }
  void operator()(const char* key, std::optional<double>& value, const char*,
                  const Range& range) override {
    if (value) check(key, *value, shortest(*value), range);
  }
  void operator()(const char* key, std::string& value, const char*, const Words& allowed) override {
    if (!allowed.empty() && std::find(allowed.begin(), allowed.end(), value) == allowed.end()) {
      throw unknown_name(ErrorKind::config, where_, key, value, allowed);
    }
  }
  void operator()(const char* key, std::vector<std::int64_t>& value, const char*,
                  const Range& range) override {
    for (const std::int64_t item : value) {
      check(key, static_cast<double>(item), std::to_string(item), range);
    }
  }

 private:
  void check(const char* key, double value, const std::string& text, const Range& range) const {
    if (!range.contains(value)) {
      throw Error(ErrorKind::config, where_ + ", " + key, range.text(), text);
    }
  }

  std::string where_;
};

}  // namespace

void check_settings(const std::string& where, Task& task) {
  Checker checker(where);
  task.settings(checker);
}

}  // namespace carousel::tasks
