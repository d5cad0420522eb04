#include <autograd/support/settings.hpp>
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <cstdlib>

using namespace carousel;

namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr double not_a_number = std::numeric_limits<double>::quiet_NaN();

/// One setting of each type.
struct Every {
  bool flag = true;
  std::int64_t count = -3;
  double rate = 1e-8;
  std::optional<double> clip, decay = 0.25;
  std::string word = "b", text = "any";
  std::vector<std::int64_t> sizes{4, 8}, empty;

  void settings(Settings& s) {
    s("flag", flag, "a switch");
    s("count", count, "an integer", at_least(-5));
    s("rate", rate, "a number", above(0));
    s("clip", clip, "off by default", above(0));
    s("decay", decay, "on by default");
    s("word", word, "one of two", {"a", "b"});
    s("text", text, "any string");
    s("sizes", sizes, "several", between(1, 9));
    s("empty", empty, "none");
  }
};

}  // namespace

BOOST_AUTO_TEST_SUITE(autograd)

BOOST_AUTO_TEST_CASE(settings_range_contains) {
  BOOST_TEST(at_least(1).contains(1));
  BOOST_TEST(!at_least(1).contains(0.999));
  BOOST_TEST(!above(0).contains(0));
  BOOST_TEST(above(0).contains(5e-324));
  BOOST_TEST(between(0, 1).contains(1));
  BOOST_TEST(!between(0, 1).contains(1.0000001));
  BOOST_TEST(between_open(0, 1).contains(0));
  BOOST_TEST(!between_open(0, 1).contains(1));
  BOOST_TEST(Range{}.contains(-1e300));
  for (const Range& range : {Range{}, at_least(1), above(0), between(0, 1), between_open(0, 1)}) {
    BOOST_TEST(!range.contains(not_a_number));
  }
}

BOOST_AUTO_TEST_CASE(settings_range_text) {
  BOOST_TEST(at_least(1).text() == "at least 1");
  BOOST_TEST(above(0).text() == "above 0");
  BOOST_TEST(between(-0.5, 2).text() == "in [-0.5, 2]");
  BOOST_TEST(between_open(0, 1).text() == "in [0, 1)");
  BOOST_TEST((Range{0, 1, true, true}.text()) == "in (0, 1)");
  BOOST_TEST((Range{-infinity, 3}.text()) == "at most 3");
  BOOST_TEST((Range{-infinity, 3, false, true}.text()) == "below 3");
  BOOST_TEST(Range{}.text() == "any number");
}

BOOST_AUTO_TEST_CASE(settings_shortest_text) {
  BOOST_TEST(shortest(0.001) == "0.001");
  BOOST_TEST(shortest(1e-8) == "1e-08");
  BOOST_TEST(shortest(20) == "20");
  BOOST_TEST(shortest(-0.0) == "-0");
  BOOST_TEST(shortest(0.1 + 0.2) == "0.30000000000000004");
  BOOST_TEST(shortest(not_a_number) == ".nan");
  BOOST_TEST(shortest(-not_a_number) == ".nan");
  BOOST_TEST(shortest(infinity) == ".inf");
  BOOST_TEST(shortest(-infinity) == "-.inf");
}

BOOST_AUTO_TEST_CASE(settings_shortest_reads_back) {
  for (const double value : {1.0 / 3, std::sqrt(2.0), 1e22, 123456789.125, -2.2250738585072014e-308,
                             5e-324, std::numeric_limits<double>::max(), 4503599627370497.5}) {
    BOOST_TEST(std::strtod(shortest(value).c_str(), nullptr) == value);
  }
}

BOOST_AUTO_TEST_CASE(settings_document_each_type) {
  Every every;
  const std::vector<SettingDoc> rows = document(every);
  const std::vector<std::vector<std::string>> expected{
      {"flag", "bool", "true", "a switch", ""},
      {"count", "integer", "-3", "an integer", "at least -5"},
      {"rate", "number", "1e-08", "a number", "above 0"},
      {"clip", "number or null", "null", "off by default", "above 0"},
      {"decay", "number or null", "0.25", "on by default", ""},
      {"word", "word", "b", "one of two", "a, b"},
      {"text", "text", "any", "any string", ""},
      {"sizes", "list of integers", "[4, 8]", "several", "in [1, 9]"},
      {"empty", "list of integers", "[]", "none", ""}};
  BOOST_REQUIRE(rows.size() == expected.size());
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const SettingDoc& row = rows[i];
    BOOST_TEST((std::vector<std::string>{row.key, row.type, row.value, row.doc, row.allowed}) ==
                   expected[i],
               boost::test_tools::per_element());
  }
}

BOOST_AUTO_TEST_CASE(settings_document_changes_nothing) {
  Every every;
  every.count = 7;
  BOOST_TEST(document(every)[1].value == "7");
  BOOST_TEST(every.count == 7);
  BOOST_TEST(!every.clip.has_value());
}

BOOST_AUTO_TEST_SUITE_END()
