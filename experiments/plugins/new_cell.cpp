#include <fmt/format.h>

#include <autograd/support/error.hpp>
#include <cctype>
#include <experiments/plugins/new_cell.hpp>
#include <experiments/runner/files.hpp>
#include <filesystem>

namespace carousel {
namespace {

namespace fs = std::filesystem;

// In the templates @name@ is the cell's name, @Struct@ that of its struct, @package@ where CMake
// finds Carousel.
constexpr const char* cell_file = R"(#include <cells/cell.hpp>
#include <experiments/plugin.hpp>

using namespace carousel;
using namespace carousel::cells;

/// Your cell. This one is an example to change.
struct @Struct@ {
  static constexpr const char* about = R"about(
Update gate RNN (Collins, Sohl-Dickstein and Sussillo 2017):

    g  = σ(W_g x + U_g h + b_g)
    c  = tanh(W_c x + U_c h + b_c)
    h' = g∘h + (1 - g)∘c
)about";
  struct State {
    Var h;
  };
  Param W_g, U_g, b_g, W_c, U_c, b_c;

  void declare(Declaration<State>& d) {
    d.state("h", &State::h);
    d.input("W_g", W_g).recurrent("U_g", U_g).bias("b_g", b_g).keeps();
    d.input("W_c", W_c).recurrent("U_c", U_c).bias("b_c", b_c);
  }

  Step<State> step(const Var& x, const State& s) const {
    const Var g = observe("gate", sigmoid(linear(x, W_g) + linear(s.h, U_g) + b_g));
    const Var c = tanh(linear(x, W_c) + linear(s.h, U_c) + b_c);
    const Var h = g * s.h + (1 - g) * c;
    return {h, {h}};
  }
};

extern "C" Plugin carousel_plugin() {
  return plugin([](Registry& r) { r.cell<@Struct@>("@name@", "update gate RNN"); });
}
)";

constexpr const char* cmake_file = R"(cmake_minimum_required(VERSION 3.20)
project(@name@ LANGUAGES CXX)
if(NOT CMAKE_BUILD_TYPE)
  set(CMAKE_BUILD_TYPE Release)
endif()

find_package(carousel REQUIRED HINTS "@package@")
add_library(@name@ MODULE @name@.cpp)
target_link_libraries(@name@ PRIVATE carousel::carousel)
)";

constexpr const char* yaml_file = R"(question: Does @name@ remember over 50 steps, as a GRU does?
plugins: [./build/lib@name@.so]
task: {name: adding, length: 50}
cells: [gru, @name@]
hidden_size: 32
optimizer: {name: adam, lr: 0.01}
clip: {norm: 1}
train: {steps: 600, batch_size: 32, solved_at: 0.01}
probes: {gradient_flow: [0, 300, 599]}
seeds: [1, 2]
)";

constexpr const char* readme_file = R"(# @name@

A recurrent cell for Carousel: its equation and its step are in `@name@.cpp`.

```sh
cmake -B build && cmake --build build            # makes build/lib@name@.so
carousel check-cell build/lib@name@.so           # is it right, and what is it like?
carousel run @name@.yaml                         # trains it beside a GRU and writes a report
```
)";

std::string filled(std::string text, const std::string& name, const std::string& type,
                   const std::string& package) {
  const std::pair<std::string, std::string> values[] = {
      {"@name@", name}, {"@Struct@", type}, {"@package@", package}};
  for (const auto& [mark, value] : values) {
    for (std::size_t at = 0; (at = text.find(mark, at)) != std::string::npos; at += value.size()) {
      text.replace(at, mark.size(), value);
    }
  }
  return text;
}

/// my_cell -> MyCell
std::string struct_name(const std::string& name) {
  std::string result;
  bool begins = true;
  for (const char c : name) {
    if (c != '_') result += begins ? static_cast<char>(std::toupper(c)) : c;
    begins = c == '_';
  }
  return result;
}

void check_name(const std::string& name) {
  const bool begins = !name.empty() && name[0] >= 'a' && name[0] <= 'z';
  const bool good = begins && name.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_") ==
                                  std::string::npos;
  if (good && name.back() != '_') return;
  throw Error(ErrorKind::config, "carousel new-cell",
              "a name of small letters, digits and '_', such as my_cell", "'" + name + "'");
}

/// Where the CMake package of this program is: beside it where it was built, or installed.
std::string package_directory() {
  std::error_code error;
  const fs::path program = fs::read_symlink("/proc/self/exe", error).parent_path();
  if (fs::exists(program / "carouselConfig.cmake", error)) return program.string();
  return program.parent_path().string();
}

}  // namespace

std::string new_cell(const NewCellOptions& options) {
  check_name(options.name);
  const fs::path directory = options.directory;
  std::error_code ignored;
  if (fs::exists(directory, ignored) &&
      (!fs::is_directory(directory, ignored) || !fs::is_empty(directory, ignored))) {
    throw Error(ErrorKind::config, "carousel new-cell", "a new or an empty directory",
                "'" + options.directory + "', where something is", "Choose another name");
  }
  make_directories(directory);
  const std::string type = struct_name(options.name), package = package_directory();
  const auto write = [&](const std::string& file, const char* text) {
    write_file(directory / file, filled(text, options.name, type, package));
  };
  write(options.name + ".cpp", cell_file);
  write("CMakeLists.txt", cmake_file);
  write(options.name + ".yaml", yaml_file);
  write("README.md", readme_file);
  return fmt::format(
      "{0}/{1}.cpp is a cell to change. Then:\n"
      "  cd {0}\n"
      "  cmake -B build && cmake --build build\n"
      "  carousel check-cell build/lib{1}.so\n"
      "  carousel run {1}.yaml\n",
      options.directory, options.name);
}

}  // namespace carousel
