#pragma once
#include <autograd/tensor.hpp>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace carousel {

/// Named tensors in the safetensors format: an 8-byte length, a JSON header, the bytes. Readable by
/// every library of that format.
struct TensorFile {
  struct Entry {
    std::string name;
    const Tensor* tensor;
  };
  static void write(const std::filesystem::path& path, const std::vector<Entry>& tensors,
                    const std::map<std::string, std::string>& metadata);

  /// Error (data) on a file that is truncated, corrupted or of a dtype that Tensor has not.
  static TensorFile read(const std::filesystem::path& path);

  std::map<std::string, Tensor> tensors;
  std::map<std::string, std::string> metadata;
};

}  // namespace carousel
