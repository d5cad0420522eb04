#include <autograd/support/error.hpp>
#include <cstring>
#include <experiments/runner/files.hpp>
#include <experiments/runner/json_text.hpp>
#include <experiments/runner/safetensors.hpp>
#include <fstream>
#include <limits>
#include <sstream>

namespace carousel {
namespace {

using Json = nlohmann::ordered_json;

const std::map<std::string, DType>& dtypes() {
  static const std::map<std::string, DType> known{{"F32", DType::float32},
                                                  {"F64", DType::float64},
                                                  {"I64", DType::int64},
                                                  {"BOOL", DType::boolean}};
  return known;
}

std::string format_name(DType dtype) {
  for (const auto& [text, known] : dtypes()) {
    if (known == dtype) return text;
  }
  return {};
}

[[noreturn]] void corrupted(const std::filesystem::path& path, const std::string& what) {
  throw Error(ErrorKind::data, path.string(), "a safetensors file", what,
              "The file was cut off or changed; take an earlier one.");
}

/// An integer of 0 or more that an Index holds.
Index count_of(const std::filesystem::path& path, const std::string& name, const Json& number) {
  constexpr auto most = static_cast<std::uint64_t>(std::numeric_limits<Index>::max());
  if (!number.is_number_unsigned() || number.get<std::uint64_t>() > most) {
    corrupted(path, "the number " + json_text(number) + " for '" + name + "'");
  }
  return number.get<Index>();
}

/// A shape whose bytes can be counted.
Shape shape_of(const std::filesystem::path& path, const std::string& name, const Json& extents) {
  if (!extents.is_array() || extents.size() > static_cast<std::size_t>(Shape::max_rank)) {
    corrupted(path, "shape " + json_text(extents) + " of '" + name + "'");
  }
  Shape shape;
  constexpr Index most = std::numeric_limits<Index>::max() / 16;  // the bytes can be counted, too
  Index elements = 1;
  for (const auto& number : extents) {
    const Index extent = count_of(path, name, number);
    const Index factor = extent > 0 ? extent : 1;  // a 0 later on must not hide an overflow
    if (factor > most / elements) {
      corrupted(path, "shape " + json_text(extents) + " of '" + name + "'");
    }
    elements *= factor;
    shape.append(extent);
  }
  return shape;
}

Tensor tensor_of(const std::filesystem::path& path, const std::string& name, const Json& entry,
                 const std::string& bytes) {
  const auto dtype = dtypes().find(entry.at("dtype").get<std::string>());
  if (dtype == dtypes().end()) {
    corrupted(path, "dtype " + entry.at("dtype").get<std::string>() + " of '" + name + "'");
  }
  const Shape shape = shape_of(path, name, entry.at("shape"));
  const Json& offsets = entry.at("data_offsets");
  const auto begin = static_cast<std::size_t>(count_of(path, name, offsets.at(0)));
  const auto end = static_cast<std::size_t>(count_of(path, name, offsets.at(1)));
  const auto size = static_cast<std::size_t>(shape.size()) * size_of(dtype->second);
  if (begin > end || end > bytes.size() || end - begin != size) {
    corrupted(path, "bytes " + std::to_string(begin) + ".." + std::to_string(end) + " for '" +
                        name + "' " + to_string(shape) + " in " + std::to_string(bytes.size()));
  }
  Tensor tensor(dtype->second, shape);
  std::memcpy(tensor.raw(), bytes.data() + begin, size);
  return tensor;
}

}  // namespace

void TensorFile::write(const std::filesystem::path& path, const std::vector<Entry>& tensors,
                       const std::map<std::string, std::string>& metadata) {
  Json header;
  header["__metadata__"] = metadata;
  std::size_t offset = 0;
  for (const auto& [name, tensor] : tensors) {
    Json shape = Json::array();
    for (int axis = 0; axis < tensor->shape().rank(); ++axis)
      shape.push_back(tensor->shape()[axis]);
    header[name] = {{"dtype", format_name(tensor->dtype())},
                    {"shape", shape},
                    {"data_offsets", {offset, offset + tensor->bytes()}}};
    offset += tensor->bytes();
  }
  std::string text = json_text(header);
  text.resize((text.size() + 7) / 8 * 8, ' ');  // the data start on a multiple of 8
  std::string content;
  content.reserve(8 + text.size() + offset);
  for (unsigned byte = 0; byte < 8; ++byte) {
    content.push_back(static_cast<char>(text.size() >> (8 * byte) & 0xff));
  }
  content += text;
  for (const auto& entry : tensors) {
    content.append(static_cast<const char*>(entry.tensor->raw()), entry.tensor->bytes());
  }
  write_file(path, content);
}

TensorFile TensorFile::read(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) throw Error(ErrorKind::io, path.string(), "", "cannot read the file");
  std::stringstream stream;
  stream << file.rdbuf();
  const std::string content = stream.str();
  if (content.size() < 8) corrupted(path, std::to_string(content.size()) + " bytes");
  std::uint64_t length = 0;
  for (unsigned byte = 0; byte < 8; ++byte) {
    length |= static_cast<std::uint64_t>(static_cast<unsigned char>(content[byte])) << (8 * byte);
  }
  if (length > content.size() - 8) {
    corrupted(path, "a header of " + std::to_string(length) + " bytes in a file of " +
                        std::to_string(content.size()));
  }
  TensorFile result;
  try {
    const Json header = Json::parse(content.substr(8, length));
    const std::string bytes = content.substr(8 + length);
    for (const auto& [name, entry] : header.items()) {
      if (name == "__metadata__") {
        result.metadata = entry.get<std::map<std::string, std::string>>();
      } else {
        result.tensors.emplace(name, tensor_of(path, name, entry, bytes));
      }
    }
  } catch (const nlohmann::json::exception& error) {
    corrupted(path, std::string("a header that is no such JSON (") + error.what() + ")");
  }
  return result;
}

}  // namespace carousel
