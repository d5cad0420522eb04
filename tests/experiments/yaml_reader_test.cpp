#include <autograd/support/error.hpp>
#include <boost/test/unit_test.hpp>
#include <experiments/runner/settings_dumper.hpp>
#include <experiments/runner/yaml_reader.hpp>
#include <filesystem>
#include <fstream>
#include <tests/support/expect_error.hpp>

using namespace carousel;
using carousel::testing::refusal;

namespace {

std::string parsing(const std::string& text) {
  return refusal([&] { parse_yaml(text, "x.yaml"); });
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

BOOST_AUTO_TEST_CASE(yaml_depth_is_limited) {
  BOOST_TEST(to_yaml(parse_yaml("a: [[1, [2]], {b: [3]}]", "x.yaml")) ==
             "a:\n  - - 1\n    - [2]\n  - b: [3]\n");
  BOOST_TEST(parsing("a: " + std::string(3000, '[') + std::string(3000, ']'))
                 .find("expected at most some hundred levels") != std::string::npos);
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

BOOST_AUTO_TEST_SUITE_END()
