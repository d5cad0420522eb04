#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <array>
#include <autograd/support/error.hpp>
#include <cerrno>
#include <chrono>
#include <experiments/runner/files.hpp>
#include <experiments/runner/results_directory.hpp>
#include <thread>
#include <utility>
#include <vector>

namespace carousel {
namespace {

namespace fs = std::filesystem;

[[noreturn]] void cannot(const char* what, const fs::path& path, const std::error_code& reason) {
  throw Error(ErrorKind::io, path.string(), "",
              std::string("cannot ") + what + ": " + reason.message(),
              "Choose another place with --out.");
}

std::vector<fs::path> entries(const fs::path& directory) {
  std::error_code error;
  std::vector<fs::path> found;
  for (fs::directory_iterator at(directory, error), end; !error && at != end; at.increment(error)) {
    found.push_back(at->path());
  }
  if (error) cannot("read the directory", directory, error);
  return found;
}

/// What a path itself is: a link is not followed, or files elsewhere would be removed.
fs::file_type type_of(const fs::path& path) {
  std::error_code error;
  const fs::file_type type = fs::symlink_status(path, error).type();
  if (type == fs::file_type::none) cannot("read", path, error);
  return type;
}

void remove_entry(const fs::path& path) {
  std::error_code error;
  fs::remove(path, error);
  if (error) cannot("remove", path, error);
}

/// Removes a file of one of these names, also one that was being written when the program died.
template <std::size_t n>
void remove_files(const fs::path& directory, const std::array<const char*, n>& names) {
  for (const char* name : names) {
    for (const char* ending : {"", ".part"}) {
      const fs::path file = directory / (std::string(name) + ending);
      const fs::file_type type = type_of(file);
      if (type == fs::file_type::regular || type == fs::file_type::symlink) remove_entry(file);
    }
  }
}

/// seed<digits>
bool is_seed(const std::string& name) {
  return name.size() > 4 && name.rfind("seed", 0) == 0 &&
         name.find_first_not_of("0123456789", 4) == std::string::npos;
}

/// Removes the files of each run of a label, and the directories that are empty then.
void remove_runs(const fs::path& label) {
  bool held_runs = false;
  for (const fs::path& seed : entries(label)) {
    if (!is_seed(seed.filename().string()) || type_of(seed) != fs::file_type::directory) continue;
    held_runs = true;
    remove_files(seed, std::array{"metrics.jsonl", "gradient_flow.jsonl", "checkpoint.safetensors",
                                  "best.safetensors"});
    if (entries(seed).empty()) remove_entry(seed);
  }
  if (held_runs && entries(label).empty()) remove_entry(label);
}

/// Removes what run_experiment() writes, and nothing else.
void remove_results(const fs::path& directory) {
  for (const fs::path& entry : entries(directory)) {
    if (type_of(entry) == fs::file_type::directory) remove_runs(entry);
  }
  // Last, as resolved.yaml is what tells a directory of results.
  remove_files(directory, std::array{"report.html", "summary.json", "resolved.yaml"});
}

/// Makes and locks the first of runs/<name>-1, -2, ... that does not exist as anything.
ResultsDirectory first_free(const std::string& name) {
  make_directories("runs");
  for (std::size_t n = 1;; ++n) {
    const fs::path candidate = fs::path("runs") / (name + "-" + std::to_string(n));
    if (type_of(candidate) != fs::file_type::not_found) continue;
    std::error_code error;
    if (fs::create_directory(candidate, error)) return ResultsDirectory(candidate);
    if (error && error != std::errc::file_exists) cannot("make the directory", candidate, error);
  }
}

}  // namespace

ResultsDirectory::ResultsDirectory(fs::path path) : path_(std::move(path)) {
  make_directories(path_);
  descriptor_ = ::open(path_.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (descriptor_ < 0) {
    cannot("open the directory", path_, std::error_code(errno, std::generic_category()));
  }
  // A file system that knows no locks fails with another error: it is used without one. One that
  // only asks whether there is a lock, as is_locked() does, is gone again at once.
  const auto taken = [this] {
    return ::flock(descriptor_, LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK;
  };
  bool locked = taken();
  for (int i = 0; locked && i < 5; ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
    locked = taken();
  }
  if (locked) {
    ::close(descriptor_);
    throw Error(ErrorKind::io, path_.string(), "a directory for this experiment alone",
                "another carousel is writing there",
                "Wait for its end, or choose another directory with --out.");
  }
}

ResultsDirectory::ResultsDirectory(ResultsDirectory&& other) noexcept
    : path_(std::move(other.path_)), descriptor_(std::exchange(other.descriptor_, -1)) {}

ResultsDirectory::~ResultsDirectory() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

bool is_locked(const fs::path& directory) {
  const int descriptor = ::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (descriptor < 0) return false;
  const bool locked = ::flock(descriptor, LOCK_SH | LOCK_NB) != 0 && errno == EWOULDBLOCK;
  ::close(descriptor);
  return locked;
}

ResultsDirectory results_directory(const std::string& wanted, const std::string& name, bool force) {
  if (wanted.empty()) return first_free(name);
  ResultsDirectory directory{fs::path(wanted)};
  if (entries(directory.path()).empty()) return directory;
  if (!force) {
    throw Error(ErrorKind::io, wanted, "a new directory for the results", "one that exists",
                "Choose another with --out, or replace its results with --force.");
  }
  if (type_of(directory.path() / "resolved.yaml") == fs::file_type::not_found) {
    throw Error(ErrorKind::io, wanted, "a directory with results of an earlier run to replace",
                "one that holds something else (no resolved.yaml)",
                "Nothing was deleted. Choose another with --out.");
  }
  remove_results(directory.path());
  return directory;
}

}  // namespace carousel
