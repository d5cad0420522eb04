#pragma once
#include <filesystem>
#include <string>

namespace carousel {

/// A directory that an experiment writes to, locked against every other one for as long as this
/// lives. The processes of the runs share the lock: it also stands while one of them is left.
class ResultsDirectory {
 public:
  /// Makes the directory where it does not exist, and locks it. Error (io) where that is not
  /// possible or another experiment has the lock.
  explicit ResultsDirectory(std::filesystem::path path);
  ResultsDirectory(ResultsDirectory&& other) noexcept;
  ResultsDirectory& operator=(ResultsDirectory&&) = delete;
  ResultsDirectory(const ResultsDirectory&) = delete;
  ResultsDirectory& operator=(const ResultsDirectory&) = delete;
  ~ResultsDirectory();

  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
  int descriptor_ = -1;
};

/// Whether an experiment is writing to a directory at present.
bool is_locked(const std::filesystem::path& directory);

/// The directory for the results of an experiment: `wanted`, or runs/<name>-<n> with the first n
/// that is free. One that holds anything is an Error (io) without `force`; with it, the files that
/// an earlier experiment wrote there are removed, and nothing else. A directory that holds no
/// results is refused even so.
ResultsDirectory results_directory(const std::string& wanted, const std::string& name, bool force);

}  // namespace carousel
