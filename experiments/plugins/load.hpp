#pragma once
#include <experiments/registry.hpp>
#include <filesystem>
#include <string>
#include <vector>

namespace carousel {

/// Loads shared objects in their order and adds what they have to the registry. A path has a slash
/// in it, so that no file of that name is searched for; one without a root begins at `base`. Says
/// on stderr what was loaded, for loading runs their code. Error (io, config) that names the file
/// where it cannot be loaded, has no carousel_plugin(), was built for another version or with
/// another ABI, or adds a name that is taken.
///
/// Each new cell makes three steps in a process of its own first. One that throws, crashes or is
/// wrong there stays in the registry, but building it is an error that says so.
void load_plugins(Registry& registry, const std::vector<std::string>& paths,
                  const std::filesystem::path& base = std::filesystem::current_path());

/// The absolute path of a plugin as load_plugins() takes it.
std::string plugin_path(const std::string& path, const std::filesystem::path& base);

}  // namespace carousel
