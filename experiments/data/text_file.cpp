#include <array>
#include <autograd/support/error.hpp>
#include <cerrno>
#include <cstring>
#include <experiments/data/text_file.hpp>
#include <filesystem>
#include <fstream>
#include <iterator>

namespace carousel::data {
namespace {

/// A code point and how many bytes it takes; 0 bytes where there is none.
struct Decoded {
  char32_t code = 0;
  std::size_t bytes = 0;
};

/// The code point that starts at a byte. Refuses forms that are longer than they need to be,
/// surrogates, and what is beyond U+10FFFF (RFC 3629).
Decoded decode(const std::string& text, std::size_t at) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[at + i]); };
  const unsigned char lead = byte(0);
  if (lead < 0x80) return {lead, 1};
  const std::size_t bytes = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : lead >= 0xC2 ? 2 : 0;
  if (bytes == 0 || lead > 0xF4 || at + bytes > text.size()) return {};
  char32_t code = lead & (0x7FU >> bytes);
  for (std::size_t i = 1; i < bytes; ++i) {
    if ((byte(i) & 0xC0U) != 0x80U) return {};
    code = code << 6 | (byte(i) & 0x3FU);
  }
  constexpr std::array<char32_t, 5> smallest{0, 0, 0x80, 0x800, 0x10000};
  const bool surrogate = code >= 0xD800 && code <= 0xDFFF;
  if (code < smallest[bytes] || surrogate || code > 0x10FFFF) return {};
  return {code, bytes};
}

void require_utf8(const std::string& path, const std::string& text) {
  for (std::size_t at = 0; at < text.size();) {
    const Decoded next = decode(text, at);
    if (next.bytes == 0) {
      throw Error(ErrorKind::data, path, "text in UTF-8",
                  "a byte that does not belong there, at offset " + std::to_string(at),
                  "Convert the file, for example with iconv.");
    }
    at += next.bytes;
  }
}

}  // namespace

void require_regular_file(const std::string& path, const std::string& what,
                          const std::string& fix) {
  std::error_code ignored;
  const auto status = std::filesystem::status(path, ignored);
  if (std::filesystem::is_regular_file(status)) return;
  throw Error(ErrorKind::data, path, what,
              std::filesystem::is_directory(status) ? "a directory"
              : std::filesystem::exists(status)     ? "something that is no regular file"
                                                    : "no such file",
              fix);
}

std::string read_text(const std::string& path, const std::string& fix) {
  require_regular_file(path, "a text file", fix);
  errno = 0;
  std::ifstream file(path, std::ios::binary);
  std::string text{std::istreambuf_iterator<char>(file), {}};
  if (!file) {
    throw Error(ErrorKind::data, path, "a file that can be read", std::strerror(errno));
  }
  require_utf8(path, text);
  const char mark[] = "\xEF\xBB\xBF";
  if (text.compare(0, 3, mark) == 0) text.erase(0, 3);
  if (text.empty()) throw Error(ErrorKind::data, path, "some text", "an empty file", fix);
  return text;
}

std::u32string code_points(const std::string& utf8) {
  std::u32string codes;
  for (std::size_t at = 0; at < utf8.size();) {
    const Decoded next = decode(utf8, at);
    codes.push_back(next.code);
    at += next.bytes;
  }
  return codes;
}

}  // namespace carousel::data
