#include <unistd.h>

#include <autograd/support/error.hpp>
#include <cerrno>
#include <cstring>
#include <experiments/runner/files.hpp>
#include <fstream>
#include <sstream>

namespace carousel {
namespace {

[[noreturn]] void fail(const std::filesystem::path& path, const char* what, int reason) {
  const std::string fix = reason == ENOSPC || reason == EFBIG || reason == EDQUOT
                              ? "Free some space, or choose another place with --out."
                              : "Choose another place with --out.";
  throw Error(ErrorKind::io, path.string(), "",
              std::string("cannot ") + what + ": " + std::strerror(reason), fix);
}

/// A file that is removed again unless it was moved to its place.
class Temporary {
 public:
  explicit Temporary(std::filesystem::path path) : path_(std::move(path)) {}
  Temporary(const Temporary&) = delete;
  Temporary& operator=(const Temporary&) = delete;
  ~Temporary() {
    std::error_code ignored;
    std::filesystem::remove(path_, ignored);
  }
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

}  // namespace

void write_file(const std::filesystem::path& path, const std::string& content) {
  const Temporary temporary(path.string() + ".part");
  std::FILE* file = std::fopen(temporary.path().c_str(), "wb");
  if (file == nullptr) fail(path, "write", errno);
  errno = 0;
  bool good = std::fwrite(content.data(), 1, content.size(), file) == content.size();
  good = std::fflush(file) == 0 && good;
  good = ::fsync(::fileno(file)) == 0 && good;  // complete before it takes the old one's place
  int reason = good ? 0 : errno;
  if (std::fclose(file) != 0 && reason == 0) reason = errno;
  if (reason != 0) fail(path, "write", reason);
  std::error_code error;
  std::filesystem::rename(temporary.path(), path, error);
  if (error) fail(path, "write", error.value());
}

std::string read_file(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream content;
  // Opening a directory succeeds; reading from it does not.
  if (file && file.peek() != std::ifstream::traits_type::eof()) content << file.rdbuf();
  if (!file.is_open() || file.bad() || std::filesystem::is_directory(path)) {
    throw Error(ErrorKind::io, path.string(), "a file that can be read",
                std::strerror(file.is_open() ? EISDIR : errno));
  }
  return content.str();
}

void make_directories(const std::filesystem::path& path) {
  std::error_code error;
  std::filesystem::create_directories(path, error);
  if (error) fail(path, "make the directory", error.value());
}

LineFile::LineFile(std::filesystem::path path)
    : path_(std::move(path)), file_(std::fopen(path_.c_str(), "wb")) {
  if (!file_) fail(path_, "write", errno);
  // A buffer would write the rest of a line that failed once more when it is closed.
  std::setvbuf(file_.get(), nullptr, _IONBF, 0);
}

void LineFile::append(const std::string& line) {
  errno = 0;
  const std::string whole = line + "\n";
  if (std::fwrite(whole.data(), 1, whole.size(), file_.get()) != whole.size()) {
    const int reason = errno;
    // Where even that fails, there is nothing left to be done about half a line.
    [[maybe_unused]] const int cut = ::ftruncate(::fileno(file_.get()), whole_lines_);
    std::fseek(file_.get(), whole_lines_, SEEK_SET);
    fail(path_, "write", reason);
  }
  whole_lines_ += static_cast<long>(whole.size());
}

}  // namespace carousel
