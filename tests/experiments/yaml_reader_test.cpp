#include <autograd/support/error.hpp>
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <experiments/runner/overrides.hpp>
#include <experiments/runner/settings_dumper.hpp>
#include <experiments/runner/settings_reader.hpp>
#include <experiments/runner/yaml_reader.hpp>
#include <filesystem>
#include <fstream>
#include <limits>

using namespace carousel;

namespace {

/// The message of the Error that f throws; "" where it throws none.
template <class F>
std::string refusal(F&& f) {
  try {
    f();
  } catch (const Error& error) {
    return error.what();
  }
  return {};
}

std::string parsing(const std::string& text) {
  return refusal([&] { parse_yaml(text, "x.yaml"); });
}

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

BOOST_AUTO_TEST_CASE(yaml_places_of_keys_and_values) {
  const YamlNode root =
      parse_yaml("# comment\ntask:\n  name: adding\ncells: [lstm,\n  gru]\n", "x.yaml");
  BOOST_TEST(root.find("task")->key_where == "x.yaml:2:1");
  BOOST_TEST(root.find("task")->find("name")->where == "x.yaml:3:9");
  BOOST_TEST(root.find("cells")->children.at(1).where == "x.yaml:5:3");
  BOOST_TEST(root.find("task")->find("length") == nullptr);
}

BOOST_AUTO_TEST_CASE(yaml_broken_text_is_refused_with_its_place) {
  BOOST_TEST(parsing("task: adding\ncells: [lstm, gru\n").rfind("x.yaml:3:1: ", 0) == 0);
  BOOST_TEST(parsing("task: a: b\n").rfind("x.yaml:1:8: ", 0) == 0);
  BOOST_TEST(parsing("task: *nothing\n").rfind("x.yaml:1:7: ", 0) == 0);
}

BOOST_AUTO_TEST_CASE(yaml_duplicate_keys_are_refused) {
  BOOST_TEST(parsing("a: 1\nb: 2\na: 3\n") ==
             "x.yaml:3:1: key 'a' appears twice. Its first place is x.yaml:1:1");
  BOOST_TEST(parsing("a:\n  - {b: 1, b: 1}\n") ==
             "x.yaml:2:12: key 'b' appears twice. Its first place is x.yaml:2:6");
}

BOOST_AUTO_TEST_CASE(yaml_top_level_must_be_one_map) {
  const std::string expected = "expected a map of settings, such as 'task: adding'; got ";
  BOOST_TEST(parsing("") == "x.yaml: " + expected + "an empty file");
  BOOST_TEST(parsing("# only a comment\n") == "x.yaml: " + expected + "an empty file");
  BOOST_TEST(parsing("- 1\n") == "x.yaml:1:1: " + expected + "a list");
  BOOST_TEST(parsing("adding\n") == "x.yaml:1:1: " + expected + "'adding'");
  BOOST_TEST(
      parsing("a: 1\n---\nb: 2\n") ==
      "x.yaml:2:1: expected the end of the document; got more text. A file holds one document");
}

BOOST_AUTO_TEST_CASE(yaml_keys_are_words_and_values_have_no_tags) {
  BOOST_TEST(parsing("{[1]: 2}") == "x.yaml:1:2: expected a word as the key of a map; got a list");
  BOOST_TEST(parsing("~: 2") ==
             "x.yaml:1:1: expected a word as the key of a map; got an empty one");
  BOOST_TEST(parsing("a: !!int 3").find("expected a value without a tag") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(yaml_aliases_are_copies) {
  const YamlNode root = parse_yaml("a: &x {b: [1, 2]}\nc: *x\n", "x.yaml");
  BOOST_TEST(to_yaml(root) == "a:\n  b: [1, 2]\nc:\n  b: [1, 2]\n");
  BOOST_TEST(parsing("a: &x [*x]") ==
             "x.yaml:1:8: expected an alias of something that is complete; got an alias inside of "
             "what it stands for");
}

BOOST_AUTO_TEST_CASE(yaml_aliases_cannot_explode) {
  std::string text = "a0: &a0 [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]\n";
  for (int i = 1; i < 9; ++i) {
    const std::string last = "*a" + std::to_string(i - 1), name = "a" + std::to_string(i);
    text += name + ": &" + name + " [" + last + ", " + last + ", " + last + ", " + last + ", " +
            last + ", " + last + ", " + last + ", " + last + "]\n";
  }
  BOOST_TEST(parsing(text).find("at most 100000 values") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(yaml_missing_file_says_what_to_do) {
  const auto folder = std::filesystem::temp_directory_path() / "carousel_yaml_reader_test";
  std::filesystem::create_directories(folder);
  std::ofstream(folder / "adding.yaml") << "task: adding\n";
  const std::string good = (folder / "adding.yaml").string();
  const std::string wrong = (folder / "addin.yaml").string();
  BOOST_TEST(load_yaml(good).find("task")->where == good + ":1:7");
  BOOST_TEST(refusal([&] { load_yaml(wrong); }) ==
             wrong + ": expected a file; got none of this name. Did you mean '" + good + "'?");
  BOOST_TEST(refusal([&] { load_yaml(folder.string()); }).find("got a directory") !=
             std::string::npos);
  BOOST_TEST(refusal([] { load_yaml("nowhere/at/all.yaml"); }).find("Give the path") !=
             std::string::npos);
  std::filesystem::remove_all(folder);
}

BOOST_AUTO_TEST_CASE(settings_of_every_type_are_read) {
  const Sample read =
      sample("{flag: true, steps: +7, lr: 1e-3, norm: 2, mode: before, path: 5, seeds: [3, 4]}");
  BOOST_TEST(read.flag);
  BOOST_TEST(read.steps == 7);
  BOOST_TEST(read.lr == 1e-3);
  BOOST_TEST(read.norm.value() == 2);
  BOOST_TEST(read.mode == "before");
  BOOST_TEST(read.path == "5");
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
  BOOST_TEST(reading("steps: 99999999999999999999").find(expected) == 0);
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
       {"abc", ".nan", "nan", "inf", "0", "-1", "-.inf", "1e999", "0x10", "1e", "true"}) {
    BOOST_TEST(reading(std::string("lr: ") + bad) == expected + "'" + bad + "'");
  }
  BOOST_TEST(std::isinf(sample("lr: .inf").lr));  // above(0) holds it
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
    Sample().settings(reader);
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
    Sample().settings(reader);
    reader.finish();
  };
  BOOST_TEST(refusal(finish).rfind("--set train.stepz=0: unknown setting 'stepz' in train", 0) ==
             0);
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
