#pragma once
#include <unistd.h>

#include <experiments/program.hpp>
#include <experiments/runner/config.hpp>
#include <experiments/runner/trainer.hpp>
#include <filesystem>
#include <fstream>
#include <optim/builtin.hpp>
#include <optim/schedule.hpp>
#include <sstream>

namespace carousel::test {

/// A directory of its own that is removed at the end.
class Scratch {
 public:
  Scratch()
      : path_(std::filesystem::temp_directory_path() /
              ("carousel-runs-" + std::to_string(::getpid()))) {
    std::filesystem::remove_all(path_);
    std::filesystem::create_directories(path_);
  }
  ~Scratch() { std::filesystem::remove_all(path_); }
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;
  const std::filesystem::path& path() const { return path_; }
  std::filesystem::path operator/(const std::string& name) const { return path_ / name; }

 private:
  std::filesystem::path path_;
};

inline std::string content(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

/// An experiment from YAML, its task loaded, ready to train run by run.
struct Setup {
  explicit Setup(const std::string& yaml, Registry known = builtin())
      : registry(std::move(known)),
        config(parse_config(yaml, "test.yaml", {}, catalogue(registry))),
        task(config.task.make(registry.tasks)) {
    task->load(config.dtype);
  }
  RunResult train(const std::filesystem::path& directory, std::size_t cell = 0) const {
    std::filesystem::create_directories(directory);
    return carousel::train({registry, config, config.cells[cell], *task, config.seeds[0], directory,
                            [](const Progress&) {}, [] { return false; }});
  }

  Registry registry;
  Config config;
  std::unique_ptr<tasks::Task> task;
};

inline std::string small_adding(const std::string& more = {}) {
  return "task: {name: adding, length: 12, length_spread: 0.5, evaluation_sequences: 64}\n"
         "cells: [lstm]\nhidden_size: 8\noptimizer: {name: adam, lr: 0.01}\nclip: {norm: 1}\n"
         "train: {steps: 12, batch_size: 10, evaluate_every: 6, log_every: 1}\n" +
         more;
}

}  // namespace carousel::test
