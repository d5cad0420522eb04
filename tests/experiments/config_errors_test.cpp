#include <boost/test/unit_test.hpp>
#include <tests/experiments/config_fixture.hpp>

using namespace carousel;
using namespace carousel::testing;

BOOST_AUTO_TEST_SUITE(experiments)

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
  // A setting of a section that stands at the top level.
  BOOST_TEST(
      refusal(minimal + "train: {steps: 3}\n", {"steps=4"})
          .rfind("--set steps=4: unknown setting 'steps'. Did you mean 'train.steps'? Known: ",
                 0) == 0);
  BOOST_TEST(refusal("task: adding\ncells:\n  - {name: gru, rest: before}\n")
                 .rfind("3:17: unknown setting 'rest' in cell 'gru'. Did you mean 'reset'?", 0) ==
             0);
  BOOST_TEST(refusal(minimal + "init: {biass: xavier}\n") ==
             "3:8: unknown setting 'biass' in init. Did you mean 'bias'? Known: input, recurrent, "
             "diagonal, bias");
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
  BOOST_TEST(refusal(minimal + "optimizer: [adam]\n").find("the name of an optimizer") !=
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
  for (const std::string bad : {"resolved.yaml", "summary.json", "report.html"}) {
    const std::string text = "task: adding\ncells: [{name: gru, label: " + bad + "}]\n";
    BOOST_TEST(
        refusal(text).rfind("2:28: cells.0.label: expected a label that names no file", 0) == 0,
        bad);
  }
  const auto labelled = [](std::size_t size) {
    return "task: adding\ncells: [{name: gru, label: " + std::string(size, 'x') + "}]\n";
  };
  BOOST_TEST(refusal(labelled(64)).empty());
  BOOST_TEST(refusal(labelled(65)) ==
             "2:28: cells.0.label: expected a label of at most 64 characters; got 65 characters");
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
  BOOST_TEST(refusal(minimal + "threads: 3\ntrain: {batch_size: 2}\n")
                 .rfind("3:10: threads: expected at most train.batch_size, 2", 0) == 0);
  BOOST_TEST(refusal(minimal + "clip: {norm: 1, value: 1}\n").rfind("3:7: clip: expected", 0) == 0);
  BOOST_TEST(refusal(minimal + "optimizer: {name: sgd, nesterov: true}\n") ==
             "3:12: optimizer 'sgd': expected momentum above 0 with nesterov; got 0");
}

BOOST_AUTO_TEST_SUITE_END()
