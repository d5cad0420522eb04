#include <boost/test/unit_test.hpp>
#include <experiments/data/idx.hpp>
#include <numeric>
#include <tests/experiments/idx_files.hpp>
#include <tests/support/expect_error.hpp>

using namespace carousel;
using data::Idx;
using data::read_idx;
using data::read_images;
using testing::Bytes;
using testing::idx_bytes;
using testing::says;
using testing::TemporaryDirectory;
using testing::write;
using testing::write_gzip;

namespace {

Bytes counting(std::size_t n) {
  Bytes values(n);
  std::iota(values.begin(), values.end(), std::uint8_t{0});
  return values;
}

const ErrorKind bad = ErrorKind::data;

}  // namespace

BOOST_AUTO_TEST_SUITE(experiments)

BOOST_AUTO_TEST_CASE(idx_reads_back_what_was_written_plain_and_compressed) {
  const TemporaryDirectory folder;
  const Bytes values = counting(2 * 3 * 5);
  write(folder.file("plain"), idx_bytes({2, 3, 5}, values));
  write_gzip(folder.file("small.gz"), idx_bytes({2, 3, 5}, values));
  write_gzip(folder.file("named_without_gz"), idx_bytes({2, 3, 5}, values));
  for (const char* name : {"plain", "small.gz", "named_without_gz"}) {
    const Idx idx = read_idx(folder.file(name), 3);
    BOOST_TEST((idx.extents == std::vector<Index>{2, 3, 5}));
    BOOST_TEST((idx.values == values));
  }
}

BOOST_AUTO_TEST_CASE(idx_extents_are_big_endian) {
  const TemporaryDirectory folder;
  write(folder.file("long"), idx_bytes({0x010203}, Bytes(0x010203, 7)));
  const Idx idx = read_idx(folder.file("long"), 1);
  BOOST_TEST((idx.extents == std::vector<Index>{66051}));
  BOOST_TEST(idx.values.size() == 66051u);
}

BOOST_AUTO_TEST_CASE(idx_reads_files_of_several_chunks) {
  const TemporaryDirectory folder;
  const Bytes values = counting((std::size_t{1} << 21) + 3);
  write_gzip(folder.file("big.gz"), idx_bytes({(1u << 21) + 3}, values));
  BOOST_TEST((read_idx(folder.file("big.gz"), 1).values == values));
}

BOOST_AUTO_TEST_CASE(idx_missing_file) {
  const TemporaryDirectory folder;
  const std::string path = folder.file("none");
  BOOST_CHECK_EXCEPTION(read_idx(path, 1), Error, says(bad, {path, "no such file"}));
  BOOST_CHECK_EXCEPTION(read_idx(folder.path(), 1), Error, says(bad, {"a directory"}));
}

BOOST_AUTO_TEST_CASE(idx_wrong_magic_type_or_rank) {
  const TemporaryDirectory folder;
  const std::string path = folder.file("file");
  write(path, {0x89, 'P', 'N', 'G', 0, 0, 0, 0});
  BOOST_CHECK_EXCEPTION(read_idx(path, 1), Error, says(bad, {path, "two zero bytes", "0x89 0x50"}));
  write(path, {0, 0, 0x0d, 1, 0, 0, 0, 1, 0, 0, 0, 0});
  BOOST_CHECK_EXCEPTION(read_idx(path, 1), Error, says(bad, {path, "unsigned bytes", "0x0d"}));
  write(path, idx_bytes({2}, {1, 2}));
  BOOST_CHECK_EXCEPTION(read_idx(path, 3), Error, says(bad, {path, "rank 3", "got rank 1"}));
}

BOOST_AUTO_TEST_CASE(idx_truncated_files_say_how_many_bytes_they_should_have) {
  const TemporaryDirectory folder;
  const std::string path = folder.file("file");
  const Bytes whole = idx_bytes({2, 3}, counting(6));  // 12 bytes of header, 6 of elements
  const auto expected = [](std::size_t size) -> std::string {
    return size < 4 ? "at least 4 bytes" : size < 12 ? "header of 12 bytes" : "18 bytes";
  };
  for (std::size_t size = 0; size < whole.size(); ++size) {
    const Bytes part(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size));
    const std::string got = "got " + std::to_string(size) + " bytes";
    write(path, part);
    BOOST_CHECK_EXCEPTION(read_idx(path, 2), Error, says(bad, {path, expected(size), got}));
    write_gzip(path, part);
    BOOST_CHECK_EXCEPTION(read_idx(path, 2), Error, says(bad, {path, expected(size), got}));
  }
}

BOOST_AUTO_TEST_CASE(idx_trailing_bytes) {
  const TemporaryDirectory folder;
  Bytes bytes = idx_bytes({2}, {1, 2});
  bytes.push_back(3);
  write(folder.file("plain"), bytes);
  write_gzip(folder.file("file.gz"), bytes);
  for (const char* name : {"plain", "file.gz"}) {
    BOOST_CHECK_EXCEPTION(read_idx(folder.file(name), 1), Error,
                          says(bad, {name, "10 bytes", "more bytes after them"}));
  }
}

BOOST_AUTO_TEST_CASE(idx_damaged_gzip) {
  const TemporaryDirectory folder;
  const std::string path = folder.file("file.gz");
  // Noise does not compress: a changed byte stays valid deflate and only the checksum can tell.
  Bytes noise(5000);
  std::uint32_t state = 1;
  for (auto& byte : noise) byte = static_cast<std::uint8_t>((state = state * 1664525 + 1) >> 24);
  write_gzip(path, idx_bytes({5000}, noise));
  const Bytes whole = testing::read_back(path);

  Bytes changed = whole;
  changed[2500] ^= 0x10;
  write(path, changed);
  BOOST_CHECK_EXCEPTION(read_idx(path, 1), Error, says(bad, {path, "undamaged"}));

  changed = whole;
  changed[whole.size() - 6] ^= 1;  // in the checksum
  write(path, changed);
  BOOST_CHECK_EXCEPTION(read_idx(path, 1), Error, says(bad, {path, "undamaged", "data check"}));

  write(path, Bytes(whole.begin(), whole.end() - 8));  // no checksum at all
  BOOST_CHECK_EXCEPTION(read_idx(path, 1), Error, says(bad, {path, "undamaged"}));

  write(path, Bytes(whole.begin(), whole.begin() + 3000));
  BOOST_CHECK_EXCEPTION(read_idx(path, 1), Error, says(bad, {path, "expected 5008 bytes"}));
}

BOOST_AUTO_TEST_CASE(idx_header_that_claims_too_much) {
  const TemporaryDirectory folder;
  const std::string path = folder.file("file");
  write(path, idx_bytes({0xffffffff, 28, 28}, counting(10)));
  BOOST_CHECK_EXCEPTION(read_idx(path, 3), Error,
                        says(bad, {path, "at most 2147483647 elements", "4294967295 x 28 x 28"}));
  write(path, idx_bytes({0xffffffff, 0xffffffff, 0xffffffff}, {}));
  BOOST_CHECK_EXCEPTION(read_idx(path, 3), Error, says(bad, {"at most 2147483647 elements"}));
  // Just under the limit it is the file's own length that is trusted.
  write(path, idx_bytes({0x7fffffff}, counting(10)));
  BOOST_CHECK_EXCEPTION(read_idx(path, 1), Error, says(bad, {"2147483655 bytes", "got 18 bytes"}));
}

BOOST_AUTO_TEST_CASE(idx_images_come_with_their_labels) {
  const TemporaryDirectory folder;
  write(folder.file("images"), idx_bytes({3, 2, 4}, counting(24)));
  write(folder.file("labels"), idx_bytes({3}, {2, 0, 1}));
  const auto images = read_images(folder.file("images"), folder.file("labels"), 3);
  BOOST_TEST(images.count == 3);
  BOOST_TEST(images.rows == 2);
  BOOST_TEST(images.columns == 4);
  BOOST_TEST(images.image(1)[3] == 11);
  BOOST_TEST((images.labels == Bytes{2, 0, 1}));
}

BOOST_AUTO_TEST_CASE(idx_images_and_labels_that_do_not_belong_together) {
  const TemporaryDirectory folder;
  const std::string images = folder.file("images"), labels = folder.file("labels");
  write(images, idx_bytes({3, 2, 2}, counting(12)));
  write(labels, idx_bytes({2}, {0, 1}));
  BOOST_CHECK_EXCEPTION(read_images(images, labels, 10), Error,
                        says(bad, {labels, "3 labels", images, "got 2 labels"}));
  write(labels, idx_bytes({3}, {0, 10, 1}));
  BOOST_CHECK_EXCEPTION(read_images(images, labels, 10), Error,
                        says(bad, {labels, "labels in 0..9", "label 10 of image 1"}));
  write(images, idx_bytes({0, 2, 2}, {}));
  write(labels, idx_bytes({0}, {}));
  BOOST_CHECK_EXCEPTION(read_images(images, labels, 10), Error,
                        says(bad, {images, "at least one image"}));
}

BOOST_AUTO_TEST_SUITE_END()
