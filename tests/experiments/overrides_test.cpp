#include <autograd/support/error.hpp>
#include <boost/test/unit_test.hpp>
#include <experiments/runner/overrides.hpp>
#include <experiments/runner/settings_dumper.hpp>
#include <experiments/runner/settings_reader.hpp>
#include <tests/support/expect_error.hpp>

using namespace carousel;
using carousel::testing::refusal;

namespace {

std::string overriding(const std::string& text, const std::string& argument) {
  YamlNode root = parse_yaml(text, "x.yaml");
  return refusal([&] { apply_overrides(root, {argument}); });
}

/// The tree after overrides, as YAML.
std::string overridden(const std::string& text, const std::vector<std::string>& arguments) {
  YamlNode root = parse_yaml(text, "x.yaml");
  apply_overrides(root, arguments);
  return to_yaml(root);
}

struct Train {
  std::int64_t steps = 10;
  void settings(Settings& s) { s("steps", steps, "an integer", at_least(1)); }
};

}  // namespace

BOOST_AUTO_TEST_SUITE(experiments)

BOOST_AUTO_TEST_CASE(overrides_change_and_make_values) {
  BOOST_TEST(overridden("train: {steps: 3}", {"train.steps=5", "clip.norm=1"}) ==
             "train:\n  steps: 5\nclip:\n  norm: 1\n");
  BOOST_TEST(overridden("seeds: 1", {"seeds=[1, 2]"}) == "seeds: [1, 2]\n");
  BOOST_TEST(overridden("seeds: [1, 2]", {"seeds.1=7"}) == "seeds: [1, 7]\n");
  BOOST_TEST(overridden("a: 1", {"a=null", "b={c: 2}", "d=", "e=x=y"}) ==
             "a: null\nb:\n  c: 2\nd: null\ne: x=y\n");
  BOOST_TEST(overridden("train:\n", {"train.steps=5"}) == "train:\n  steps: 5\n");
}

BOOST_AUTO_TEST_CASE(overrides_reach_components_and_cells) {
  BOOST_TEST(overridden("task: adding", {"task.length=5"}) ==
             "task:\n  name: adding\n  length: 5\n");
  const std::string cells = "cells: [lstm, {name: gru, label: gru-0.1}]";
  const std::string changed =
      "cells:\n  - lstm\n  - name: gru\n    label: gru-0.1\n    hidden_size: 32\n";
  BOOST_TEST(overridden(cells, {"cells.1.hidden_size=32"}) == changed);
  BOOST_TEST(overridden(cells, {"cells.gru-0.1.hidden_size=32"}) == changed);
  BOOST_TEST(overridden("cells: [lstm, gru]", {"cells.lstm.hidden_size=8", "cells.1=vanilla"}) ==
             "cells:\n  - name: lstm\n    hidden_size: 8\n  - vanilla\n");
  BOOST_TEST(overridden("init: {bias: constant}", {"init.bias.value=1"}) ==
             "init:\n  bias:\n    name: constant\n    value: 1\n");
}

BOOST_AUTO_TEST_CASE(overrides_that_lead_nowhere_are_refused) {
  for (const char* bad : {"train.steps", "=3", "train..steps=3", ".a=3", "a.=3"}) {
    BOOST_TEST(overriding("a: 1", bad) ==
               std::string("--set ") + bad +
                   ": expected path=value, such as train.steps=100; got '" + bad + "'");
  }
  BOOST_TEST(overriding("a: 1", "a.b=3") == "--set a.b=3: expected a map or a list at a; got '1'");
  BOOST_TEST(overriding("a: 1", "a=[1").rfind("--set a=[1: ", 0) == 0);
  BOOST_TEST(overriding("seeds: [1, 2]", "seeds.2=3") ==
             "--set seeds.2=3: expected the number of an entry of seeds, which has 2 (the first is "
             "0); got '2'");
  BOOST_TEST(overriding("cells: [lstm, gru]", "cells.gruu.x=3") ==
             "--set cells.gruu.x=3: expected the number of an entry of cells, which has 2 (the "
             "first is 0), or a label; got 'gruu'. Did you mean 'gru'? Labels: lstm, gru");
  BOOST_TEST(overriding("cells: [gru, gru]", "cells.gru.x=3").find("which several have") !=
             std::string::npos);
}

BOOST_AUTO_TEST_CASE(overrides_name_themselves_in_errors) {
  YamlNode root = parse_yaml("train: {steps: 3}", "x.yaml");
  apply_overrides(root, {"train.steps=abc"});
  const auto read = [&root] {
    SettingsReader reader(*root.find("train"), "train", "train");
    Train().settings(reader);
  };
  BOOST_TEST(refusal(read) == "--set train.steps=abc: expected an integer, at least 1; got 'abc'");
  root = parse_yaml("train: {steps: 3}", "x.yaml");
  apply_overrides(root, {"train={steps: 0}"});
  BOOST_TEST(refusal(read) ==
             "--set train={steps: 0}: train.steps: expected an integer, at least 1; got '0'");
  root = parse_yaml("train: {steps: 3}", "x.yaml");
  apply_overrides(root, {"train.stepz=0"});
  const auto finish = [&root] {
    SettingsReader reader(*root.find("train"), "train", "train");
    Train().settings(reader);
    reader.finish();
  };
  BOOST_TEST(refusal(finish).rfind("--set train.stepz=0: unknown setting 'stepz' in train", 0) ==
             0);
}

BOOST_AUTO_TEST_SUITE_END()
