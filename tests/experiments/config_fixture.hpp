#pragma once
#include <autograd/support/error.hpp>
#include <experiments/runner/config.hpp>
#include <memory>
#include <string>
#include <vector>

/// A small world of components for the tests of configurations.
namespace carousel::testing {

struct Adding {
  std::int64_t length = 100;
  void settings(Settings& s) { s("length", length, "steps", at_least(2)); }
};
struct Copying {
  std::int64_t delay = 100, symbols = 8;
  void settings(Settings& s) {
    s("delay", delay, "blank steps", at_least(1));
    s("symbols", symbols, "alphabet", at_least(2));
  }
};
struct Gru {
  std::string reset = "after";
  void settings(Settings& s) { s("reset", reset, "side of the reset", {"before", "after"}); }
};
struct Rate {
  double lr = 0.001, momentum = 0;
  bool nesterov = false;
  void settings(Settings& s) {
    s("lr", lr, "learning rate", above(0));
    s("momentum", momentum, "momentum", between_open(0, 1));
    s("nesterov", nesterov, "look ahead");
  }
};
struct Warmup {
  std::int64_t warmup = 0;
  void settings(Settings& s) { s("warmup", warmup, "steps", at_least(0)); }
};
struct Value {
  double value = 0;
  void settings(Settings& s) { s("value", value, "the value"); }
};
struct Plain {
  void settings(Settings&) {}
};

template <class T>
void add(Components& table, const char* name, typename Configured<T>::Check check = {}) {
  table.add(name, "",
            [check] { return std::make_unique<Configured<T>>(std::make_unique<T>(), check); });
}

inline Catalogue known() {
  const auto needs_momentum = [](Rate& rate) {
    if (rate.nesterov && rate.momentum == 0) {
      throw Error(ErrorKind::config, "sgd", "momentum above 0 with nesterov", "0");
    }
  };
  Catalogue all;
  add<Adding>(all.tasks, "adding");
  add<Copying>(all.tasks, "copying");
  for (const char* cell : {"vanilla", "lstm"}) add<Plain>(all.cells, cell);
  add<Gru>(all.cells, "gru");
  add<Rate>(all.optimizers, "adam");
  add<Rate>(all.optimizers, "sgd", needs_momentum);
  add<Warmup>(all.schedules, "constant");
  add<Plain>(all.initializers, "orthogonal");
  add<Plain>(all.initializers, "xavier");
  add<Value>(all.initializers, "constant");
  return all;
}

inline Config parse(const std::string& text, const std::vector<std::string>& sets = {}) {
  return parse_config(text, "configs/x.yaml", sets, known());
}

/// The message of the refusal, without the file's name; "" where nothing is refused.
inline std::string refusal(const std::string& text, const std::vector<std::string>& sets = {}) {
  try {
    parse(text, sets);
  } catch (const Error& error) {
    const std::string message = error.what(), file = "configs/x.yaml:";
    return message.rfind(file, 0) == 0 ? message.substr(file.size()) : message;
  }
  return {};
}

inline const std::string minimal = "task: adding\ncells: [lstm]\n";

inline const std::string full = R"(task: {name: adding, length: 50}
cells:
  - vanilla
  - {name: gru, label: gru-before, reset: before, hidden_size: 32,
     optimizer: {name: sgd, lr: 0.1},
     init: {recurrent: orthogonal, bias: {name: constant, value: 1}}}
  - gru
hidden_size: 48
optimizer: {name: adam, lr: 0.002}
init: {input: xavier}
clip: {norm: 1}
schedule: {name: constant, warmup: 5}
train: {steps: 300, batch_size: 16, evaluate_every: 50, stop_when_solved: true, solved_at: 0.01}
seeds: [1, 2]
probes: {gradient_flow: [0, 100]}
dtype: float64
parallel: 2
threads: 3
out: runs/a b
)";

}  // namespace carousel::testing
