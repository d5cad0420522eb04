#pragma once
#include <autograd/dtype.hpp>
#include <cstdint>
#include <string>
#include <vector>

/// Reading idx files, the format of MNIST and its relatives (LeCun, Cortes and Burges 1998): two
/// zero bytes, a byte for the element type, a byte for the rank, one big-endian 32-bit extent for
/// each axis, then the elements in row-major order. Files may be compressed with gzip.
namespace carousel::data {

/// An array of unsigned bytes.
struct Idx {
  std::vector<Index> extents;
  std::vector<std::uint8_t> values;
};

/// Reads an idx file of unsigned bytes and of that rank, plain or gzip whatever its name. Errors
/// (ErrorKind::data, the path, and what was expected) when it is missing, is no idx file, has
/// another element type or rank, is truncated, goes on after its last element, or is damaged. A
/// header that claims too much costs no memory: elements are stored as they arrive.
Idx read_idx(const std::string& path, int rank);

/// Images of one size with a class each.
struct LabelledImages {
  Index count = 0, rows = 0, columns = 0;
  std::vector<std::uint8_t> pixels;  ///< [count, rows, columns]
  std::vector<std::uint8_t> labels;  ///< [count], each below `classes`

  const std::uint8_t* image(Index i) const { return pixels.data() + i * rows * columns; }
};

/// Reads images (rank 3) and their labels (rank 1). Errors as read_idx, and when there are not as
/// many labels as images, none at all, or a label is not below `classes`.
LabelledImages read_images(const std::string& images, const std::string& labels, Index classes);

}  // namespace carousel::data
