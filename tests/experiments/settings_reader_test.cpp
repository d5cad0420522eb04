#include <autograd/support/error.hpp>
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <experiments/runner/settings_dumper.hpp>
#include <experiments/runner/settings_reader.hpp>
#include <experiments/runner/yaml_reader.hpp>
#include <limits>
#include <tests/support/expect_error.hpp>

using namespace carousel;
using carousel::testing::refusal;

namespace {

struct Sample {
  bool flag = false;
  std::int64_t steps = 10;
  double lr = 0.1;
  std::optional<double> norm;
  std::string mode = "after", path = "here";
  std::vector<std::int64_t> seeds{1};

  void settings(Settings& s) {
    s("flag", flag, "a flag");
    s("steps", steps, "an integer", at_least(1));
    s("lr", lr, "a number", above(0));
    s("norm", norm, "a number or nothing", above(0));
    s("mode", mode, "a word", {"before", "after"});
    s("path", path, "a text");
    s("seeds", seeds, "integers", at_least(0));
  }
};

Sample sample(const std::string& value) {
  const YamlNode map = parse_yaml(value, "x.yaml");
  SettingsReader reader(map, "train", "train");
  Sample result;
  result.settings(reader);
  reader.finish();
  return result;
}

std::string reading(const std::string& text) {
  return refusal([&] { sample(text); });
}

}  // namespace

BOOST_AUTO_TEST_SUITE(experiments)

BOOST_AUTO_TEST_CASE(settings_of_every_type_are_read) {
  const Sample read =
      sample("{flag: true, steps: +7, lr: 1e-3, norm: 2, mode: before, path: 5, seeds: [3, 4]}");
  BOOST_TEST(read.flag);
  BOOST_TEST(read.steps == 7);
  BOOST_TEST(read.lr == 1e-3);
  BOOST_TEST(read.norm.value() == 2);
  BOOST_TEST(read.mode == "before");
  BOOST_TEST(read.path == "5");
  for (const char* none : {"null", "~", "", "\"\""}) {
    BOOST_TEST(sample(std::string("path: ") + none).path == "");
  }
  BOOST_TEST(read.seeds == (std::vector<std::int64_t>{3, 4}), boost::test_tools::per_element());
  BOOST_TEST(sample("lr: 1").lr == 1.0);
  BOOST_TEST(sample("seeds: 9").seeds.at(0) == 9);
  BOOST_TEST(sample("steps: 3").lr == 0.1);
  for (const char* off : {"null", "~", "none", ""}) {
    BOOST_TEST(!sample(std::string("norm: ") + off).norm.has_value());
  }
}

BOOST_AUTO_TEST_CASE(settings_integers_are_strict) {
  const std::string expected = "x.yaml:1:8: train.steps: expected an integer, at least 1; got ";
  BOOST_TEST(reading("steps: abc") == expected + "'abc'");
  BOOST_TEST(reading("steps: 1.5") == expected + "'1.5'");
  BOOST_TEST(reading("steps: true") == expected + "'true'");
  BOOST_TEST(reading("steps: \"5\"") == expected + "\"5\"");
  BOOST_TEST(reading("steps: 0") == expected + "'0'");
  BOOST_TEST(reading("steps: 1e3") == expected + "'1e3'. Write 1000");
  BOOST_TEST(reading("steps: [1]") == expected + "a list");
  const std::string limits = "Integers go from -9223372036854775808 to 9223372036854775807";
  BOOST_TEST(reading("steps: 99999999999999999999") ==
             expected + "'99999999999999999999'. " + limits);
  BOOST_TEST(reading("seeds: 9223372036854775808") ==
             "x.yaml:1:8: train.seeds: expected an integer, at least 0; got "
             "'9223372036854775808'. " +
                 limits);
  BOOST_TEST(reading("steps:") ==
             "x.yaml:1:1: train.steps: expected an integer, at least 1; got null");
  BOOST_TEST(reading("seeds: [1, -2]") ==
             "x.yaml:1:12: train.seeds.1: expected an integer, at least 0; got '-2'");
  BOOST_TEST(reading("seeds: x") ==
             "x.yaml:1:8: train.seeds: expected a list of integers, such as [1, 2]; got 'x'");
}

BOOST_AUTO_TEST_CASE(settings_numbers_are_strict) {
  const std::string expected = "x.yaml:1:5: train.lr: expected a number, above 0; got ";
  for (const char* bad :
       {"abc", ".nan", "nan", "inf", "0", "-1", "-.inf", ".inf", "0x10", "1e", "true"}) {
    BOOST_TEST(reading(std::string("lr: ") + bad) == expected + "'" + bad + "'");
  }
  BOOST_TEST(reading("lr: 1e400") == expected +
                                         "'1e400'. Numbers other than 0 have a size from 5e-324 to "
                                         "1.7976931348623157e+308");
  BOOST_TEST(reading("norm: -1") ==
             "x.yaml:1:7: train.norm: expected a number, above 0, or null; got '-1'");
  const auto in_unit_range = [] {
    const YamlNode map = parse_yaml("beta: .inf", "x.yaml");
    SettingsReader reader(map, "", "");
    double beta = 0;
    static_cast<Settings&>(reader)("beta", beta, "", between_open(0, 1));
  };
  BOOST_TEST(refusal(in_unit_range) ==
             "x.yaml:1:7: beta: expected a number, in [0, 1); got '.inf'");
}

BOOST_AUTO_TEST_CASE(settings_bools_and_words_are_strict) {
  for (const char* bad : {"yes", "True", "1", "on"}) {
    BOOST_TEST(reading(std::string("flag: ") + bad) ==
               std::string("x.yaml:1:7: train.flag: expected true or false; got '") + bad + "'");
  }
  BOOST_TEST(reading("mode: befor") ==
             "x.yaml:1:7: train.mode: expected one of before, after; got 'befor'. Did you mean "
             "'before'?");
  BOOST_TEST(reading("mode: Before").find("Did you mean 'before'?") != std::string::npos);
  BOOST_TEST(reading("mode: null").find("expected one of before, after; got null") !=
             std::string::npos);
  BOOST_TEST(reading("path: [a]") == "x.yaml:1:7: train.path: expected text; got a list");
}

BOOST_AUTO_TEST_CASE(settings_unknown_keys_are_refused) {
  BOOST_TEST(reading("steps: 3\nstepz: 4") ==
             "x.yaml:2:1: unknown setting 'stepz' in train. Did you mean 'steps'? Known: flag, "
             "steps, lr, norm, mode, path, seeds");
  const auto shared = [] {
    const YamlNode map = parse_yaml("steps: 3", "x.yaml");
    SettingsReader reader(map, "", "cell 'mine'");
    reader.take("steps");
    Sample().settings(reader);
  };
  BOOST_TEST(refusal(shared).find("cell 'mine': expected settings with different names") == 0);
  BOOST_TEST(refusal([] { SettingsReader(yaml_scalar("3", false, "x.yaml:4:8"), "train", ""); }) ==
             "x.yaml:4:8: train: expected a map of settings; got '3'");
}

BOOST_AUTO_TEST_CASE(dumped_settings_read_back_the_same) {
  Sample odd;
  odd.flag = true;
  odd.steps = std::numeric_limits<std::int64_t>::max();
  odd.lr = 0.1 + 0.2;
  odd.norm = 1e-308;
  odd.seeds = {};
  for (const char* text : {"", "a b", "null", "Yes", "1e3", ".5", "a: b", "#x", "\"q\" \\",
                           "t\tn\n", "é", "/tmp/x-1.y", "- a", "~", "@", "a#b", "runs/a_1+2"}) {
    odd.path = text;
    Sample back;
    const YamlNode map = parse_yaml(to_yaml(dump_settings(odd)), "x.yaml");
    SettingsReader reader(map, "", "");
    back.settings(reader);
    reader.finish();
    BOOST_TEST(back.steps == odd.steps);
    BOOST_TEST(back.flag == odd.flag);
    BOOST_TEST(back.lr == odd.lr);
    BOOST_TEST(*back.norm == *odd.norm);
    BOOST_TEST(back.path == odd.path);
    BOOST_TEST(back.seeds.empty());
  }
}

BOOST_AUTO_TEST_SUITE_END()
