#include <experiments/data/places.hpp>
#include <filesystem>

namespace carousel::data {

std::string fetched(const std::string& path) {
  namespace fs = std::filesystem;
  std::error_code error;
  if (fs::exists(path, error)) return path;
  // build/carousel, build/tests/example_own_cell: the tree is a few folders above the program.
  fs::path folder = fs::read_symlink("/proc/self/exe", error).parent_path();
  constexpr int most = 3;
  for (int i = 0; i < most && folder.has_relative_path(); ++i, folder = folder.parent_path()) {
    if (fs::exists(folder / path, error)) return (folder / path).string();
  }
  return path;
}

}  // namespace carousel::data
