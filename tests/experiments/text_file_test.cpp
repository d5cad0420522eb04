#include <boost/test/unit_test.hpp>
#include <experiments/data/text_file.hpp>
#include <tests/experiments/idx_files.hpp>
#include <tests/support/expect_error.hpp>

using namespace carousel;
using data::code_points;
using data::read_text;
using testing::says;
using testing::TemporaryDirectory;

namespace {

/// What read_text makes of a file with these bytes.
std::string read_bytes(const std::string& bytes) {
  const TemporaryDirectory folder;
  testing::write(folder.file("a.txt"), testing::Bytes(bytes.begin(), bytes.end()));
  return read_text(folder.file("a.txt"));
}

}  // namespace

BOOST_AUTO_TEST_SUITE(experiments)

BOOST_AUTO_TEST_CASE(text_file_is_read_as_it_is) {
  const std::string text = std::string("a\r\n\tb\0c", 7) + "äß€😀\xF4\x8F\xBF\xBF";
  BOOST_TEST(read_bytes(text) == text);
  BOOST_TEST(read_bytes("\xEF\xBB\xBFtext") == "text");  // without the byte order mark
}

BOOST_AUTO_TEST_CASE(text_file_code_points_are_those_of_unicode) {
  BOOST_TEST((code_points("aä€😀z") == U"aä€😀z"));
  // The first and the last of each length.
  const std::u32string ends = U"\x7F\x80\u07FF\u0800\uD7FF\uE000\uFFFF\U00010000\U0010FFFF";
  BOOST_TEST((code_points("\x7F\xC2\x80\xDF\xBF\xE0\xA0\x80\xED\x9F\xBF\xEE\x80\x80\xEF\xBF\xBF"
                          "\xF0\x90\x80\x80\xF4\x8F\xBF\xBF") == ends));
}

BOOST_AUTO_TEST_CASE(text_file_that_is_not_utf8_is_refused_with_the_offset) {
  const std::vector<std::string> wrong{
      "\xE4",              // Latin-1
      "\x80",              // a continuation without a start
      "\xC3",              // the file ends in the middle
      "\xE2\x82",          //
      "\xC3(",             // no continuation
      "\xC0\x80",          // longer than it needs to be
      "\xE0\x80\x80",      //
      "\xF0\x80\x80\x80",  //
      "\xED\xA0\x80",      // a surrogate
      "\xF4\x90\x80\x80",  // beyond Unicode
      "\xFF\xFE",          // UTF-16
  };
  for (const std::string& bytes : wrong) {
    BOOST_CHECK_EXCEPTION(read_bytes("tä" + bytes), Error,
                          says(ErrorKind::data, {"a.txt", "UTF-8", "offset 3", "iconv"}));
    if (bytes.size() > 1) BOOST_CHECK_THROW(read_bytes("t" + bytes + "t"), Error);
  }
  BOOST_CHECK_EXCEPTION(read_bytes("\xEF\xBB\xBF\xFF"), Error, says(ErrorKind::data, {"offset 3"}));
}

BOOST_AUTO_TEST_CASE(text_file_that_is_none_is_refused) {
  const TemporaryDirectory folder;
  BOOST_CHECK_EXCEPTION(read_text(folder.file("absent"), "Get it."), Error,
                        says(ErrorKind::data, {folder.file("absent"), "no such file", "Get it."}));
  BOOST_CHECK_EXCEPTION(read_text(folder.path()), Error,
                        says(ErrorKind::data, {folder.path(), "a text file", "a directory"}));
  BOOST_CHECK_EXCEPTION(read_text("/dev/null"), Error, says(ErrorKind::data, {"no regular file"}));
  for (const char* nothing : {"", "\xEF\xBB\xBF"}) {
    BOOST_CHECK_EXCEPTION(read_bytes(nothing), Error, says(ErrorKind::data, {"an empty file"}));
  }
}

BOOST_AUTO_TEST_SUITE_END()
