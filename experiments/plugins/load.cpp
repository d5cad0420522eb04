#include <dlfcn.h>

#include <autograd/support/error.hpp>
#include <cstdio>
#include <cstring>
#include <experiments/plugin.hpp>
#include <experiments/plugins/load.hpp>
#include <experiments/plugins/trial.hpp>

namespace carousel {
namespace {

std::string where(const std::string& path) { return "plugin " + path; }

std::string last_dl_error(const std::string& path) {
  const char* text = dlerror();
  std::string said = text == nullptr ? "it cannot be loaded" : text;
  if (said.rfind(path + ": ", 0) == 0) said.erase(0, path.size() + 2);
  return said;
}

/// Closes it with the last copy of the registry that has what it made.
std::shared_ptr<void> open_library(const std::string& path) {
  std::error_code ignored;
  if (!std::filesystem::exists(path, ignored)) {
    throw Error(ErrorKind::io, where(path), "a shared object", "no such file");
  }
  void* const handle = dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (handle == nullptr) {
    throw Error(ErrorKind::io, where(path), "a shared object that can be loaded",
                last_dl_error(path), "Link it to carousel::carousel");
  }
  return {handle, [](void* library) { dlclose(library); }};
}

Plugin plugin_of(void* library, const std::string& path) {
  void* const symbol = dlsym(library, "carousel_plugin");
  if (symbol == nullptr) {
    throw Error(ErrorKind::config, where(path), "a function carousel_plugin()", "none",
                "Write extern \"C\" carousel::Plugin carousel_plugin(), as experiments/plugin.hpp "
                "shows");
  }
  Plugin (*function)() = nullptr;
  std::memcpy(&function, &symbol, sizeof function);  // what POSIX has in place of a cast
  return function();
}

void check(const Plugin& plugin, const std::string& path) {
  const auto compare = [&](const char* what, const char* ours, const char* theirs) {
    if (theirs != nullptr && std::strcmp(ours, theirs) == 0) return;
    throw Error(ErrorKind::config, where(path), std::string(what) + " " + ours,
                theirs == nullptr ? "nothing" : theirs, "Build the plugin anew with this Carousel");
  };
  compare("one built for Carousel", header_version, plugin.version);
  compare("one built with", build_of_headers(), plugin.build);
  if (plugin.add != nullptr) return;
  throw Error(ErrorKind::config, where(path), "a function that adds cells or tasks", "none");
}

template <class T> std::string added(const Table<T>& table, std::size_t before) {
  std::string names;
  for (std::size_t i = before; i < table.entries().size(); ++i) {
    names += (names.empty() ? "" : ", ") + table.entries()[i].name;
  }
  return names.empty() ? "" : ", " + table.kind() + "s: " + names;
}

/// A shared object that crashes must not take the program with it: what throws is told later.
void try_to_load(Registry registry, const std::string& path) {
  const std::string fault = fault_of([&] {
    try {
      const std::shared_ptr<void> library = open_library(path);
      const Plugin plugin = plugin_of(library.get(), path);
      check(plugin, path);
      registry.keep(library);
      plugin.add(registry);
    } catch (...) {
    }
  });
  if (fault.empty()) return;
  throw Error(ErrorKind::config, where(path), "a plugin that can be loaded", fault);
}

void load(Registry& registry, const std::string& path) {
  try_to_load(registry, path);
  const std::shared_ptr<void> library = open_library(path);
  const Plugin plugin = plugin_of(library.get(), path);
  check(plugin, path);
  registry.keep(library);
  const std::size_t cells = registry.cells.entries().size();
  const std::size_t tasks = registry.tasks.entries().size();
  try {
    plugin.add(registry);
  } catch (const std::exception& error) {
    throw Error(ErrorKind::config, where(path), "a plugin that adds what it has", error.what());
  } catch (...) {
    throw Error(ErrorKind::config, where(path), "a plugin that adds what it has",
                "an exception that is no std::exception");
  }
  for (std::size_t i = cells; i < registry.cells.entries().size(); ++i) {
    const std::string name = registry.cells.entries()[i].name;
    registry.plugin_cells.insert(name);
    const std::string fault = fault_of_cell(registry.cells.entries()[i]);
    if (fault.empty()) continue;
    std::fprintf(stderr, "plugin %s: cell '%s' does not work: %s\n", path.c_str(), name.c_str(),
                 fault.c_str());
    registry.cells.replace(name, [name, fault] { return faulty_cell(name, fault); });
  }
  for (std::size_t i = tasks; i < registry.tasks.entries().size(); ++i) {
    registry.plugin_tasks.insert(registry.tasks.entries()[i].name);
  }
  std::fprintf(stderr, "plugin %s: its code runs in this program%s%s\n", path.c_str(),
               added(registry.cells, cells).c_str(), added(registry.tasks, tasks).c_str());
}

}  // namespace

std::string plugin_path(const std::string& path, const std::filesystem::path& base) {
  if (path.find('/') == std::string::npos) {
    throw Error(ErrorKind::config, "plugin", "a path with a slash, since its code will be run",
                "'" + path + "'", "Write ./" + path + " for one in this folder");
  }
  return (base / path).lexically_normal().string();
}

void load_plugins(Registry& registry, const std::vector<std::string>& paths,
                  const std::filesystem::path& base) {
  for (const std::string& given : paths) {
    const std::string path = plugin_path(given, base);
    if (registry.plugins.insert(path).second) load(registry, path);
  }
}

}  // namespace carousel
