#pragma once
#include <string>

namespace carousel {

struct NewCellOptions {
  std::string name;       ///< as `carousel list` and configurations have it
  std::string directory;  ///< must not exist, or be empty
};

/// Writes a project of one cell as a plugin: its file, CMakeLists.txt, an experiment, a README.
/// Returns what to do with it, for people. Error (config, io) on a name that is no word and where
/// something is there already; nothing was written then.
std::string new_cell(const NewCellOptions& options);

}  // namespace carousel
