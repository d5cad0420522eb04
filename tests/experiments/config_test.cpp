#include <boost/test/unit_test.hpp>
#include <tests/experiments/config_fixture.hpp>

using namespace carousel;
using namespace carousel::testing;

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
  BOOST_TEST(resolved.rfind("question: \"\"\nplugins: []\ntask:\n  name: adding\n  length: "
                            "50\ncells:\n  - name: vanilla\n"
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
             "--set cells.0.reset=x: unknown setting 'reset' in cell 'lstm'. Known: name, "
             "label, hidden_size, optimizer, init, clip, regularizer, modifiers");
}

BOOST_AUTO_TEST_CASE(config_settings_without_a_name_change_what_is_there) {
  const auto rate = [](const Spec& spec) {
    Rate rate;
    spec.apply(rate);
    return rate;
  };
  const Config config = parse(minimal, {"optimizer.lr=0.5", "schedule.warmup=3"});
  BOOST_TEST(config.optimizer.name() == "adam");
  BOOST_TEST(rate(config.optimizer).lr == 0.5);
  BOOST_TEST(config.schedule.name() == "constant");
  const std::string sgd = minimal + "optimizer: {name: sgd, lr: 0.5, momentum: 0.9}\n";
  const Config own = parse(sgd, {"cells.lstm.optimizer.lr=0.1"});
  BOOST_TEST(own.cells[0].optimizer.name() == "sgd");
  BOOST_TEST(rate(own.cells[0].optimizer).lr == 0.1);
  BOOST_TEST(rate(own.cells[0].optimizer).momentum == 0.9);
  const Config other = parse(sgd, {"cells.lstm.optimizer=adam"});
  BOOST_TEST(rate(other.cells[0].optimizer).momentum == 0.0);
  BOOST_TEST(refusal("task: adding\ncells: [{name: gru, optimizer: {lrr: 1}}]\n")
                 .rfind("2:33: unknown setting 'lrr' in optimizer 'adam'. Did you mean 'lr'?", 0) ==
             0);
}

BOOST_AUTO_TEST_SUITE_END()
