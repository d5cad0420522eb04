#pragma once
#include <autograd/support/settings.hpp>
#include <boost/test/unit_test.hpp>

namespace carousel::testing {

/// Gives one number of a struct's settings a value. A key that is not there fails the test.
class Assign final : public Settings {
 public:
  Assign(const std::string& key, double value) : key_(key), value_(value) {}
  ~Assign() override { BOOST_TEST(found_, "no number '" + key_ + "' among the settings"); }

  void operator()(const char*, bool&, const char*) override {}
  void operator()(const char* key, std::int64_t& value, const char*, const Range&) override {
    if (here(key)) value = static_cast<std::int64_t>(value_);
  }
  void operator()(const char* key, double& value, const char*, const Range& range) override {
    if (!here(key)) return;
    BOOST_TEST(range.contains(value_));
    value = value_;
  }
  void operator()(const char* key, std::optional<double>& value, const char*,
                  const Range&) override {
    if (here(key)) value = value_;
  }
  void operator()(const char*, std::string&, const char*, const Words&) override {}
  void operator()(const char*, std::vector<std::int64_t>&, const char*, const Range&) override {}

 private:
  bool here(const char* key) {
    found_ = found_ || key == key_;
    return key == key_;
  }
  std::string key_;
  double value_;
  bool found_ = false;
};

}  // namespace carousel::testing
