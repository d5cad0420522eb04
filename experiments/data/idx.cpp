#include <zlib.h>

#include <algorithm>
#include <array>
#include <autograd/support/error.hpp>
#include <cerrno>
#include <cstring>
#include <experiments/data/idx.hpp>
#include <experiments/data/text_file.hpp>
#include <limits>
#include <memory>

namespace carousel::data {
namespace {

constexpr int unsigned_byte = 0x08;
constexpr std::size_t chunk = std::size_t{1} << 20;
constexpr Index most_values = std::numeric_limits<std::int32_t>::max();

const char get_again[] = "Delete the file and get the data set again.";

std::string text(std::size_t bytes) { return std::to_string(bytes) + " bytes"; }

std::string hexadecimal(unsigned byte) {
  const char digits[] = "0123456789abcdef";
  return std::string("0x") + digits[byte / 16] + digits[byte % 16];
}

/// A file whose bytes come uncompressed, whether it is gzip or not; zlib tells by the first bytes.
class Reader {
 public:
  explicit Reader(const std::string& path) : path_(path) {
    require_regular_file(path, "an idx file");
    file_.reset(gzopen(path.c_str(), "rb"));
    if (!file_) throw Error(ErrorKind::data, path, "a file that can be read", std::strerror(errno));
    gzbuffer(file_.get(), 1 << 17);
  }

  /// Reads up to `wanted` bytes; fewer at the end of the file.
  std::size_t read(std::uint8_t* into, std::size_t wanted) {
    const int got = gzread(file_.get(), into, static_cast<unsigned>(wanted));
    if (got < 0) throw damaged();
    return static_cast<std::size_t>(got);
  }

  /// Errors unless nothing follows. Reaching the end is also what makes zlib compare the checksum.
  void finish(std::size_t expected) {
    std::uint8_t byte = 0;
    if (read(&byte, 1) != 0) {
      throw Error(ErrorKind::data, path_, text(expected) + " as its header says",
                  "more bytes after them", get_again);
    }
    int code = Z_OK;
    gzerror(file_.get(), &code);
    if (code == Z_BUF_ERROR) throw damaged();  // the checksum at the end is missing
  }

 private:
  struct Close {
    void operator()(gzFile file) const { gzclose(file); }
  };

  Error damaged() const {
    int code = Z_OK;
    const std::string reason = gzerror(file_.get(), &code);
    return Error(ErrorKind::data, path_, "an undamaged file",
                 code == Z_ERRNO ? std::strerror(errno) : reason, get_again);
  }

  std::string path_;
  std::unique_ptr<gzFile_s, Close> file_;
};

/// The header's extents. The reader stands at the first element afterwards.
std::vector<Index> read_header(Reader& reader, const std::string& path, int rank) {
  std::array<std::uint8_t, 4> magic{};
  const std::size_t got = reader.read(magic.data(), magic.size());
  if (got < magic.size()) {
    throw Error(ErrorKind::data, path, "an idx header of at least 4 bytes", text(got), get_again);
  }
  if (magic[0] != 0 || magic[1] != 0) {
    throw Error(ErrorKind::data, path, "an idx file, which starts with two zero bytes",
                hexadecimal(magic[0]) + " " + hexadecimal(magic[1]));
  }
  if (magic[2] != unsigned_byte) {
    throw Error(ErrorKind::data, path, "unsigned bytes (idx type 0x08)",
                "idx type " + hexadecimal(magic[2]));
  }
  if (magic[3] != rank) {
    throw Error(ErrorKind::data, path, "an array of rank " + std::to_string(rank),
                "rank " + std::to_string(magic[3]), "Images have rank 3, labels rank 1.");
  }

  std::vector<Index> extents;
  for (int axis = 0; axis < rank; ++axis) {
    std::array<std::uint8_t, 4> bytes{};
    const std::size_t had = reader.read(bytes.data(), bytes.size());
    if (had < bytes.size()) {
      const std::size_t before = static_cast<std::size_t>(4 + 4 * axis);
      throw Error(ErrorKind::data, path,
                  "an idx header of " + text(static_cast<std::size_t>(4 + 4 * rank)),
                  text(before + had), get_again);
    }
    extents.push_back(Index{bytes[0]} << 24 | Index{bytes[1]} << 16 | Index{bytes[2]} << 8 |
                      Index{bytes[3]});
  }
  return extents;
}

/// Product of the extents; an error when it is more than any data set of this format has.
std::size_t element_count(const std::vector<Index>& extents, const std::string& path) {
  std::string shape;
  for (const Index extent : extents) {
    shape += (shape.empty() ? "" : " x ") + std::to_string(extent);
  }
  Index count = 1;
  for (const Index extent : extents) {
    if (extent > 0 && count > most_values / extent) {
      throw Error(ErrorKind::data, path,
                  "a header of at most " + std::to_string(most_values) + " elements", shape,
                  get_again);
    }
    count *= extent;
  }
  return static_cast<std::size_t>(count);
}

}  // namespace

Idx read_idx(const std::string& path, int rank) {
  Reader reader(path);
  Idx idx;
  idx.extents = read_header(reader, path, rank);
  const std::size_t header = static_cast<std::size_t>(4 + 4 * rank);
  const std::size_t count = element_count(idx.extents, path);

  // In pieces, so that memory grows with what the file holds and not with what its header claims.
  while (idx.values.size() < count) {
    const std::size_t had = idx.values.size();
    const std::size_t wanted = std::min(chunk, count - had);
    idx.values.resize(had + wanted);
    const std::size_t got = reader.read(idx.values.data() + had, wanted);
    if (got < wanted) {
      throw Error(ErrorKind::data, path, text(header + count) + " as its header says",
                  text(header + had + got), get_again);
    }
  }
  reader.finish(header + count);
  return idx;
}

LabelledImages read_images(const std::string& images, const std::string& labels, Index classes) {
  Idx pixels = read_idx(images, 3);
  Idx classed = read_idx(labels, 1);
  if (pixels.values.empty()) {
    throw Error(ErrorKind::data, images, "at least one image", "none", get_again);
  }
  if (pixels.extents[0] != classed.extents[0]) {
    throw Error(ErrorKind::data, labels,
                std::to_string(pixels.extents[0]) + " labels, one for each image of " + images,
                std::to_string(classed.extents[0]) + " labels");
  }
  const auto wrong = std::find_if(classed.values.begin(), classed.values.end(),
                                  [&](std::uint8_t label) { return label >= classes; });
  if (wrong != classed.values.end()) {
    throw Error(ErrorKind::data, labels, "labels in 0.." + std::to_string(classes - 1),
                "label " + std::to_string(*wrong) + " of image " +
                    std::to_string(wrong - classed.values.begin()));
  }
  return {pixels.extents[0], pixels.extents[1], pixels.extents[2], std::move(pixels.values),
          std::move(classed.values)};
}

}  // namespace carousel::data
