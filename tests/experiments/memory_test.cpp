#include <boost/test/unit_test.hpp>
#include <experiments/runner/gradient_step.hpp>
#include <experiments/runner/rehearsal.hpp>
#include <tests/support/expect_error.hpp>

#include "run_fixture.hpp"

// train.memory: the same run in less memory, predicted before and measured in it.

using namespace carousel;
using carousel::testing::says;
using test::content;
using test::Scratch;
using test::Setup;

namespace {

/// Sequences of unequal length, a probe, more threads than one.
std::string experiment(const std::string& memory, const std::string& more = {},
                       bool compile = false) {
  return "task: {name: adding, length: 150, length_spread: 0.5, evaluation_sequences: 16}\n"
         "cells: [lstm, gru]\nhidden_size: 16\nprobes: {gradient_flow: [0, 3]}\n"
         "train: {steps: 4, batch_size: 12, evaluate_every: 4, log_every: 1, memory: " +
         memory + ", compile: " + (compile ? "true" : "false") + "}\n" + more;
}

struct Bytes {
  double predicted, taken;
};
std::ostream& operator<<(std::ostream& out, const Bytes& bytes) {
  return out << bytes.predicted << " predicted, " << bytes.taken << " taken";
}

/// Of a training step of an LSTM. All batches have the shape of the first one, which is what is
/// predicted.
Bytes of_step(const char* memory, bool compile, const std::string& modifiers = {}) {
  const Setup setup(experiment(memory, "modifiers: {" + modifiers + "}\n"));
  const tasks::Batch batch = setup.task->training(1, 0, 12);
  Model model(setup.registry, setup.config.cells[0], *setup.task, setup.config.dtype);
  model.initialise(1);
  GradientStep step(model, 1, cells::Memory::parse(memory));
  cells::UnrollOptions options;
  options.compile = compile;
  options.training = true;
  step.run(batch, options, false);
  const auto found = forecast(model, batch, cells::Memory::parse(memory), compile, false);
  return {static_cast<double>(found.bytes), static_cast<double>(step.peak_bytes())};
}

std::vector<std::string> predicted(const Setup& setup) {
  return predicted_memory(setup.registry, setup.config, *setup.task);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(experiments)

BOOST_AUTO_TEST_CASE(memory_changes_no_number_of_a_run) {
  const Scratch scratch;
  const auto same = [&](const std::string& more, bool compile) {
    const RunResult full = Setup(experiment("full", more, compile)).train(scratch / "full");
    BOOST_TEST(full.execution == (compile ? "compiled" : "eager"));
    const auto most = static_cast<std::size_t>(full.peak_bytes);
    for (const std::string& memory :
         {std::string("sqrt"), cells::Memory::budget(most * 9 / 10).text()}) {
      const RunResult less = Setup(experiment(memory, more, compile)).train(scratch / "less");
      BOOST_TEST(less.execution == full.execution);
      for (const char* file : {"checkpoint.safetensors", "gradient_flow.jsonl"}) {
        BOOST_TEST(content(scratch / "full" / file) == content(scratch / "less" / file),
                   memory << ", " << more << file);
      }
      BOOST_TEST(full.final_metric.value() == less.final_metric.value());
      BOOST_TEST(less.peak_bytes < full.peak_bytes);
      BOOST_TEST(less.peak_bytes > 0);
    }
  };
  for (const bool compile : {false, true}) {
    for (const std::string more : {"threads: 1\n", "threads: 2\n", "dtype: float64\n"}) {
      same(more, compile);
    }
  }
}

BOOST_AUTO_TEST_CASE(memory_of_a_run_is_as_predicted) {
  for (const char* memory : {"full", "sqrt", "1MiB"}) {
    for (const bool compile : {false, true}) {
      const Bytes bytes = of_step(memory, compile);
      BOOST_TEST((bytes.predicted < 1.25 * bytes.taken && bytes.predicted > 0.9 * bytes.taken),
                 memory << (compile ? ", compiled: " : ": ") << bytes);
    }
  }
}

// Recurrences of a stack are not all there at once, and what stands between them is counted as if
// they were: predictions are on the safe side.
BOOST_AUTO_TEST_CASE(memory_of_stacks_is_as_predicted) {
  for (const char* modifiers :
       {"layers: 2", "layers: 3, residual: true, dropout: 0.2", "bidirectional: concat",
        "bidirectional: sum, layers: 2", "layers: 2, projection: 24, layer_norm: true",
        "zoneout: 0.1, initial_state: learned", "dropout_input: 0.2, dropout_recurrent: 0.2"}) {
    for (const char* memory : {"full", "sqrt", "6MiB"}) {
      for (const bool compile : {false, true}) {
        const Bytes bytes = of_step(memory, compile, modifiers);
        BOOST_TEST((bytes.predicted < 1.6 * bytes.taken && bytes.predicted > 0.9 * bytes.taken),
                   modifiers << ", " << memory << (compile ? ", compiled: " : ": ") << bytes);
      }
    }
  }
}

// Whether a budget allows compiling does not depend on what is looked at: probes change no number.
BOOST_AUTO_TEST_CASE(memory_is_the_same_with_and_without_probes) {
  const Scratch scratch;
  int recorded = 0, compiled = 0;
  for (int size = 200; size <= 1400; size += 100) {
    Setup setup(experiment(std::to_string(size) + "KiB", "", /*compile=*/true));
    const RunResult probed = setup.train(scratch / "probed");
    setup.config.probes.gradient_flow = {1000};  // a step that does not come
    const RunResult plain = setup.train(scratch / "plain");
    BOOST_TEST(plain.execution == probed.execution);
    BOOST_TEST(content(scratch / "plain" / "checkpoint.safetensors") ==
                   content(scratch / "probed" / "checkpoint.safetensors"),
               size << " KiB");
    ++(plain.execution == "compiled" ? compiled : recorded);
  }
  BOOST_TEST(recorded > 0);
  BOOST_TEST(compiled > 0);
}

// In anomaly mode every step is recorded, and the budget is for that.
BOOST_AUTO_TEST_CASE(memory_of_anomaly_mode_is_kept) {
  const Scratch scratch;
  Setup setup(experiment("1200KiB", "", /*compile=*/true));
  setup.config.train.detect_anomaly = true;
  const RunResult run = setup.train(scratch.path());
  BOOST_TEST(run.execution == "eager: anomaly mode looks at every step");
  BOOST_TEST(run.peak_bytes < 1.1 * 1200 * 1024);
  setup.config.train.memory = "full";
  BOOST_TEST(setup.train(scratch.path()).peak_bytes > 1.2 * 1200 * 1024);
}

BOOST_AUTO_TEST_CASE(memory_that_does_not_suffice) {
  const std::vector<std::string> lines = predicted(Setup(experiment("sqrt")));
  BOOST_TEST_REQUIRE(lines.size() == 2U);
  BOOST_TEST(lines[0].find("lstm") != std::string::npos, lines[0]);
  BOOST_TEST(lines[0].find("segments of ") != std::string::npos, lines[0]);
  BOOST_TEST(predicted(Setup(experiment("1GiB")))[1].find("segments") == std::string::npos);
  BOOST_CHECK_EXCEPTION(predicted(Setup(experiment("200KiB"))), Error,
                        says(ErrorKind::config, {"train.memory, cell 'lstm'", "200KiB",
                                                 "It suffices for T = ", "batch"}));
  BOOST_CHECK_EXCEPTION(predicted(Setup(experiment("400KiB", "threads: 2\n"))), Error,
                        says(ErrorKind::config, {"200KiB for each thread"}));
  BOOST_CHECK_EXCEPTION(predicted(Setup(experiment("1KiB"))), Error,
                        says(ErrorKind::config, {"of readout and loss", "Choose a smaller batch"}));
  BOOST_CHECK_EXCEPTION(
      Setup(experiment("lots")), Error,
      says(ErrorKind::config, {"test.yaml:5:", "train.memory", "full, sqrt or a size", "'lots'"}));
}

BOOST_AUTO_TEST_SUITE_END()
