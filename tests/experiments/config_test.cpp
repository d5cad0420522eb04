#include <autograd/support/error.hpp>
#include <boost/test/unit_test.hpp>
#include <experiments/runner/config.hpp>

using namespace carousel;

namespace {

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

Catalogue known() {
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

Config parse(const std::string& text, const std::vector<std::string>& sets = {}) {
  return parse_config(text, "configs/x.yaml", sets, known());
}

/// The message of the refusal, without the file's name; "" where nothing is refused.
std::string refusal(const std::string& text, const std::vector<std::string>& sets = {}) {
  try {
    parse(text, sets);
  } catch (const Error& error) {
    const std::string message = error.what(), file = "configs/x.yaml:";
    return message.rfind(file, 0) == 0 ? message.substr(file.size()) : message;
  }
  return {};
}

const std::string minimal = "task: adding\ncells: [lstm]\n";

const std::string full = R"(task: {name: adding, length: 50}
cells:
  - vanilla
  - {name: gru, label: gru-before, reset: before, hidden_size: 32,
     optimizer: {name: sgd, lr: 0.1}, init: {recurrent: orthogonal, bias: {name: constant, value: 1}}}
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

}  // namespace

BOOST_AUTO_TEST_SUITE(experiments)

BOOST_AUTO_TEST_CASE(config_defaults_fill_what_is_not_given) {
  const Config config = parse(minimal);
  BOOST_TEST(config.name == "x");
  BOOST_TEST(config.task.name() == "adding");
  BOOST_TEST(config.cells.size() == 1u);
  BOOST_TEST(config.cells[0].label == "lstm");
  BOOST_TEST(config.cells[0].hidden_size == 64);
  BOOST_TEST(config.cells[0].optimizer.name() == "adam");
  BOOST_TEST(config.cells[0].init.empty());
  BOOST_TEST(config.schedule.name() == "constant");
  BOOST_TEST(!config.clip.norm.has_value());
  BOOST_TEST(config.seeds.size() == 1u);
  BOOST_TEST((config.dtype == DType::float32));
  BOOST_TEST(config.out == "");
}

BOOST_AUTO_TEST_CASE(config_reads_every_section) {
  const Config config = parse(full);
  BOOST_TEST(config.cells[0].hidden_size == 48);
  const CellEntry& before = config.cells[1];
  BOOST_TEST(before.label == "gru-before");
  BOOST_TEST(before.cell.name() == "gru");
  BOOST_TEST(before.hidden_size == 32);
  BOOST_TEST(before.optimizer.name() == "sgd");
  BOOST_TEST(before.init.at("input").name() == "xavier");
  BOOST_TEST(before.init.at("recurrent").name() == "orthogonal");
  BOOST_TEST(config.cells[2].init.size() == 1u);
  BOOST_TEST(*config.clip.norm == 1.0);
  BOOST_TEST(config.train.steps == 300);
  BOOST_TEST(*config.train.solved_at == 0.01);
  BOOST_TEST(config.probes.gradient_flow.at(1) == 100);
  BOOST_TEST((config.dtype == DType::float64));
  BOOST_TEST(config.parallel == 2);
  BOOST_TEST(config.threads == 3);
  BOOST_TEST(config.out == "runs/a b");
  BOOST_TEST(parse(minimal + "seeds: 7\n").seeds.at(0) == 7);
  BOOST_TEST(parse(minimal + "train:\nclip:\nprobes:\ninit:\n").train.steps == Train{}.steps);
}

BOOST_AUTO_TEST_CASE(config_specs_set_components_again) {
  const Config config = parse(full);
  Adding task;
  config.task.apply(task);
  BOOST_TEST(task.length == 50);
  Value bias;
  config.cells[1].init.at("bias").apply(bias);
  BOOST_TEST(bias.value == 1.0);
  Table<Gru> table("cell");
  table.add("gru", "", [] { return std::make_unique<Gru>(); });
  BOOST_TEST(config.cells[1].cell.make(table)->reset == "before");
  BOOST_TEST(config.cells[2].cell.make(table)->reset == "after");
  Rate sgd;
  sgd.momentum = 0.5;  // a spec is complete: it sets defaults, too
  config.cells[1].optimizer.apply(sgd);
  BOOST_TEST(sgd.lr == 0.1);
  BOOST_TEST(sgd.momentum == 0.0);
}

BOOST_AUTO_TEST_CASE(config_resolved_reads_back_the_same) {
  for (const std::string& text : {minimal, full}) {
    const std::string once = resolved_yaml(parse(text));
    BOOST_TEST(resolved_yaml(parse(once)) == once);
  }
  const std::string resolved = resolved_yaml(parse(full));
  BOOST_TEST(resolved.rfind("task:\n  name: adding\n  length: 50\ncells:\n  - name: vanilla\n"
                            "    label: vanilla\n  - name: gru\n    reset: before\n",
                            0) == 0);
  for (const char* line : {"\n  momentum: 0\n", "\n  value: null\n", "\nseeds: [1, 2]\n",
                           "\n  gradient_flow: [0, 100]\n", "\nout: \"runs/a b\"\n",
                           "\ndtype: float64\n", "\n  log_every: 10\n"}) {
    BOOST_TEST(resolved.find(line) != std::string::npos, line);
  }
}

BOOST_AUTO_TEST_CASE(config_overrides_come_before_reading) {
  const Config config =
      parse(full, {"train.steps=3", "cells.gru-before.hidden_size=5", "cells.0.optimizer.name=sgd",
                   "seeds=[4]", "clip.norm=null", "hidden_size=6", "task=copying"});
  BOOST_TEST(config.train.steps == 3);
  BOOST_TEST(config.cells[1].hidden_size == 5);
  BOOST_TEST(config.cells[0].optimizer.name() == "sgd");
  BOOST_TEST(config.cells[2].hidden_size == 6);
  BOOST_TEST(config.seeds.at(0) == 4);
  BOOST_TEST(!config.clip.norm.has_value());
  BOOST_TEST(config.task.name() == "copying");
  BOOST_TEST(refusal(minimal, {"train.steps=abc"}) ==
             "--set train.steps=abc: expected an integer, at least 1; got 'abc'");
  BOOST_TEST(refusal(minimal, {"cells.0.reset=x"}) ==
             "--set cells.0.reset=x: unknown setting 'reset' in cell 'lstm'. Known: label, "
             "hidden_size, optimizer, init, name");
}

BOOST_AUTO_TEST_CASE(config_unknown_settings_are_refused_with_their_place) {
  BOOST_TEST(refusal("task:\n  name: copying\n  delai: 3\ncells: [lstm]\n") ==
             "3:3: unknown setting 'delai' in task 'copying'. Did you mean 'delay'? Known: name, "
             "delay, symbols");
  BOOST_TEST(
      refusal(minimal + "hiden_size: 3\n")
          .rfind("3:1: unknown setting 'hiden_size'. Did you mean 'hidden_size'? Known: task, "
                 "cells, ",
                 0) == 0);
  BOOST_TEST(refusal(minimal + "train:\n  stepz: 3\n")
                 .rfind("4:3: unknown setting 'stepz' in train. Did you mean 'steps'?", 0) == 0);
  BOOST_TEST(refusal("task: adding\ncells:\n  - {name: gru, rest: before}\n")
                 .rfind("3:17: unknown setting 'rest' in cell 'gru'. Did you mean 'reset'?", 0) ==
             0);
  BOOST_TEST(refusal(minimal + "init: {biass: xavier}\n") ==
             "3:8: unknown setting 'biass' in init. Did you mean 'bias'? Known: input, recurrent, "
             "bias");
}

BOOST_AUTO_TEST_CASE(config_unknown_names_are_refused_with_their_place) {
  BOOST_TEST(refusal("task: addin\ncells: [lstm]\n") ==
             "1:7: unknown task 'addin'. Did you mean 'adding'? Known: adding, copying");
  BOOST_TEST(refusal("task: adding\ncells:\n  - name: gruu\n") ==
             "3:11: unknown cell 'gruu'. Did you mean 'gru'? Known: vanilla, lstm, gru");
  BOOST_TEST(refusal(minimal + "optimizer: adm\n") ==
             "3:12: unknown optimizer 'adm'. Did you mean 'adam'? Known: adam, sgd");
  BOOST_TEST(refusal(minimal, {"schedule=cosine"}) ==
             "--set schedule=cosine: unknown schedule 'cosine'. Known: constant");
  BOOST_TEST(refusal(minimal + "init: {bias: {name: zero}}\n").find("3:21: unknown initializer") ==
             0);
}

BOOST_AUTO_TEST_CASE(config_wrong_values_are_refused_with_their_place) {
  BOOST_TEST(refusal(minimal + "train:\n  steps: abc\n") ==
             "4:10: train.steps: expected an integer, at least 1; got 'abc'");
  BOOST_TEST(refusal("task: {name: adding, length: 1}\ncells: [lstm]\n") ==
             "1:30: task.length: expected an integer, at least 2; got '1'");
  BOOST_TEST(refusal("task: adding\ncells:\n- {name: gru, hidden_size: 0}\n") ==
             "3:28: cells.0.hidden_size: expected an integer, at least 1; got '0'");
  BOOST_TEST(refusal("task: adding\ncells:\n- {name: gru, optimizer: {name: sgd, lr: -1}}\n") ==
             "3:42: cells.0.optimizer.lr: expected a number, above 0; got '-1'");
  BOOST_TEST(
      refusal(minimal + "dtype: float23\n") ==
      "3:8: dtype: expected one of float32, float64; got 'float23'. Did you mean 'float32'?");
  BOOST_TEST(refusal(minimal + "train: 3\n") == "3:8: train: expected a map of settings; got '3'");
  BOOST_TEST(refusal(minimal + "threads: 0\n") ==
             "3:10: threads: expected an integer, at least 1; got '0'");
}

BOOST_AUTO_TEST_CASE(config_missing_parts_are_named) {
  BOOST_TEST(refusal("cells: [lstm]\n") ==
             "1:1: task: expected the name of a task; got none. Known: adding, copying");
  BOOST_TEST(refusal("task:\ncells: [lstm]\n")
                 .find("task: expected the name of a task, or a map with its name; got null") !=
             std::string::npos);
  BOOST_TEST(refusal("task: adding\n") ==
             "1:1: cells: expected a list of cells, such as [lstm, gru]; got none. Known: vanilla, "
             "lstm, gru");
  BOOST_TEST(refusal("task: adding\ncells: []\n").find("got an empty one") != std::string::npos);
  BOOST_TEST(refusal("task: adding\ncells: lstm\n").find("got 'lstm'") != std::string::npos);
  BOOST_TEST(refusal("task: adding\ncells:\n  - hidden_size: 3\n") ==
             "3:5: cells.0: expected the name of a cell, or a map with its name; got a map without "
             "'name'. Known: vanilla, lstm, gru");
  BOOST_TEST(refusal(minimal + "optimizer: {lr: 1}\n").find("the name of an optimizer") !=
             std::string::npos);
}

BOOST_AUTO_TEST_CASE(config_labels_are_unique_and_usable) {
  BOOST_TEST(refusal("task: adding\ncells: [gru, gru]\n") ==
             "2:14: cells.1: expected a label of its own; got 'gru' a second time. Give one of the "
             "two another 'label'");
  BOOST_TEST(refusal("task: adding\ncells: [gru, {name: lstm, label: gru}]\n").find("2:34: ") == 0);
  for (const char* bad : {"a/b", "\"\"", ".a", "a=b", "7", "\"a b\""}) {
    const std::string text =
        std::string("task: adding\ncells: [{name: gru, label: ") + bad + "}]\n";
    BOOST_TEST(refusal(text).rfind("2:28: cells.0.label: expected a label of letters", 0) == 0,
               bad);
  }
  BOOST_TEST(parse("task: adding\ncells: [{name: gru, label: gru-0.1+x_2}]\n").cells[0].label ==
             "gru-0.1+x_2");
}

BOOST_AUTO_TEST_CASE(config_settings_must_fit_together) {
  BOOST_TEST(refusal(minimal + "seeds: [1, 2, 1]\n") ==
             "3:8: seeds: expected numbers that differ; got 1 twice");
  BOOST_TEST(refusal(minimal + "seeds: []\n") ==
             "3:8: seeds: expected at least one seed; got an empty list");
  BOOST_TEST(refusal(minimal + "probes: {gradient_flow: [3, 3]}\n") ==
             "3:25: probes.gradient_flow: expected numbers that differ; got 3 twice");
  BOOST_TEST(refusal(minimal + "train: {stop_when_solved: true}\n")
                 .rfind("3:27: train.stop_when_solved: expected train.solved_at", 0) == 0);
  BOOST_TEST(refusal(minimal + "clip: {norm: 1, value: 1}\n").rfind("3:7: clip: expected", 0) == 0);
  BOOST_TEST(refusal(minimal + "optimizer: {name: sgd, nesterov: true}\n") ==
             "3:12: optimizer 'sgd': expected momentum above 0 with nesterov; got 0");
}

BOOST_AUTO_TEST_SUITE_END()
