#pragma once
#include <cstdio>
#include <filesystem>
#include <memory>
#include <string>

namespace carousel {

/// Writes a file whole or not at all: beside its place first, then moved there. Error (io) with the
/// path and the system's reason; an earlier file of that name then stands as it was.
void write_file(const std::filesystem::path& path, const std::string& content);

/// The content of a file. Error (io) with the path and the reason.
std::string read_file(const std::filesystem::path& path);

/// Makes a directory and those above it. Error (io) with the path and the reason.
void make_directories(const std::filesystem::path& path);

/// A file that grows by whole lines, each on disk's side of the program when append() returns.
class LineFile {
 public:
  /// Starts it empty. Error (io).
  explicit LineFile(std::filesystem::path path);
  /// Error (io) where it cannot be written; the file then ends with the line before.
  void append(const std::string& line);

 private:
  struct Close {
    void operator()(std::FILE* file) const { std::fclose(file); }
  };
  std::filesystem::path path_;
  std::unique_ptr<std::FILE, Close> file_;
  long whole_lines_ = 0;  // bytes
};

}  // namespace carousel
