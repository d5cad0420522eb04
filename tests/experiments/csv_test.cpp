#include <boost/test/unit_test.hpp>
#include <experiments/data/csv.hpp>
#include <tests/experiments/idx_files.hpp>
#include <tests/support/expect_error.hpp>

using namespace carousel;
using data::Csv;
using testing::says;

namespace {

Csv read(const std::string& text) {
  const testing::TemporaryDirectory folder;
  testing::write(folder.file("a.csv"), testing::Bytes(text.begin(), text.end()));
  return data::read_csv(folder.file("a.csv"));
}

using Cells = std::vector<std::string>;

}  // namespace

BOOST_AUTO_TEST_SUITE(experiments)

BOOST_AUTO_TEST_CASE(csv_has_names_and_rows) {
  const Csv csv = read("year,level\n1700,5\n1701,11.5\n");
  BOOST_TEST((csv.names == Cells{"year", "level"}));
  BOOST_TEST(csv.rows.size() == 2U);
  BOOST_TEST((csv.numbers(0) == std::vector<double>{1700, 1701}));
  BOOST_TEST((csv.numbers(1) == std::vector<double>{5, 11.5}));
}

BOOST_AUTO_TEST_CASE(csv_quotes_hide_commas_and_quotes) {
  const Csv csv = read("\"a,b\" , \"say \"\"x\"\"\",\"\"\n\"1\",2,\"3,4\"\n");
  BOOST_TEST((csv.names == Cells{"a,b", "say \"x\"", ""}));
  BOOST_TEST((csv.rows.at(0) == Cells{"1", "2", "3,4"}));
  BOOST_TEST((csv.numbers(0) == std::vector<double>{1}));
}

BOOST_AUTO_TEST_CASE(csv_comes_from_any_system) {
  const Csv csv = read(
      "\xEF\xBB\xBF"
      "a,b\r\n1 ,\t-2e-3\r\n+3,.5\r\n\r\n \n");
  BOOST_TEST((csv.names == Cells{"a", "b"}));
  BOOST_TEST((csv.numbers(0) == std::vector<double>{1, 3}));
  BOOST_TEST((csv.numbers(1) == std::vector<double>{-2e-3, 0.5}));
  BOOST_TEST(
      (read("a\n1\n2").numbers(0) == std::vector<double>{1, 2}));  // no line break at the end
}

BOOST_AUTO_TEST_CASE(csv_cell_that_is_no_number_is_named_by_line_and_column) {
  for (const std::string cell :
       {"x", "1.5.2", "1,5", "12 000", "nan", "inf", "-", "+", "1e999", "0x10", "--1"}) {
    const Csv csv = read("t,v\n1,2\n2,\"" + cell + "\"\n");
    BOOST_CHECK_EXCEPTION(csv.numbers(1), Error,
                          says(ErrorKind::data, {"a.csv:3, column 2 ('v')", "a number", cell}));
    BOOST_CHECK_NO_THROW(csv.numbers(0));
  }
  BOOST_CHECK_EXCEPTION(read("t,v\n1,\n").numbers(1), Error,
                        says(ErrorKind::data, {"an empty cell"}));
  // A hole in a file of one column is an empty cell, too.
  BOOST_CHECK_EXCEPTION(read("v\n1\n\n2\n").numbers(0), Error,
                        says(ErrorKind::data, {"a.csv:3, column 1", "an empty cell"}));
}

BOOST_AUTO_TEST_CASE(csv_that_is_no_table_is_refused) {
  BOOST_CHECK_EXCEPTION(read("a,b\n1,2\n1,2,3\n"), Error,
                        says(ErrorKind::data, {"a.csv:3", "2 cells", "got 3"}));
  BOOST_CHECK_EXCEPTION(read("a,b\n1\n"), Error,
                        says(ErrorKind::data, {"a.csv:2", "2 cells", "got 1"}));
  BOOST_CHECK_EXCEPTION(read("a,b\n"), Error, says(ErrorKind::data, {"a.csv", "1 lines"}));
  BOOST_CHECK_EXCEPTION(read("\n\n"), Error, says(ErrorKind::data, {"a.csv", "0 lines"}));
  BOOST_CHECK_EXCEPTION(read(""), Error, says(ErrorKind::data, {"empty file"}));
  BOOST_CHECK_EXCEPTION(read("1700,5\n1701,11\n"), Error,
                        says(ErrorKind::data, {"a.csv:1", "names of the columns", "1700, 5"}));
  BOOST_CHECK_EXCEPTION(read("a,a\n1,2\n"), Error,
                        says(ErrorKind::data, {"a.csv:1", "different names", "'a'"}));
  BOOST_CHECK_EXCEPTION(read("a,b\n\"1,2\n"), Error,
                        says(ErrorKind::data, {"a.csv:2", "the quote that closes it", "\"1,2"}));
  BOOST_CHECK_EXCEPTION(read("a,b\n\"1\"2,3\n"), Error, says(ErrorKind::data, {"a.csv:2"}));
  BOOST_CHECK_EXCEPTION(read("a,b\n1,\xE4\n"), Error,
                        says(ErrorKind::data, {"a.csv", "UTF-8", "offset 6"}));
  BOOST_CHECK_EXCEPTION(data::read_csv("no/such.csv", "Get it."), Error,
                        says(ErrorKind::data, {"no/such.csv", "no such file", "Get it."}));
}

BOOST_AUTO_TEST_CASE(csv_names_stand_between_commas) {
  BOOST_TEST((data::split_at_commas(" a, b c ,d") == Cells{"a", "b c", "d"}));
  BOOST_TEST(data::split_at_commas("").empty());
}

BOOST_AUTO_TEST_SUITE_END()
