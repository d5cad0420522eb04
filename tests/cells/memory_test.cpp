#include <autograd/no_grad.hpp>
#include <boost/test/unit_test.hpp>
#include <cells/builtin.hpp>
#include <cells/library/lstm.hpp>
#include <tests/cells/measured_memory.hpp>
#include <tests/cells/two_states.hpp>
#include <tests/support/expect_error.hpp>

// How much is kept: what a person can ask for, what is predicted, and what it takes.

using namespace carousel;
using namespace carousel::cells;
using namespace carousel::testing;

BOOST_AUTO_TEST_SUITE(cells)

BOOST_AUTO_TEST_CASE(memory_from_text) {
  BOOST_TEST(Memory::parse("full").is_full());
  BOOST_TEST((Memory::parse("sqrt") == Memory::sqrt()));
  BOOST_TEST(Memory::parse("256MiB").bytes() == std::size_t{256} << 20U);
  BOOST_TEST(Memory::parse("1.5GiB").bytes() == std::size_t{3} << 29U);
  BOOST_TEST(Memory::parse("64KiB").bytes() == 65536U);
  for (const char* text : {"full", "sqrt", "256MiB", "1.5GiB", "64KiB", "1000KiB"}) {
    BOOST_TEST(Memory::parse(text).text() == text);
  }
  for (const std::size_t bytes : {1U, 1000U, 1025U, 123456789U}) {
    BOOST_TEST(Memory::parse(Memory::budget(bytes).text()).bytes() == bytes);
  }
  for (const char* text :
       {"", "none", "Full", "256", "256MB", "256 MiB", "MiB", "-1MiB", "0MiB", "1e3KiB", "infMiB",
        "nanMiB", "1.2.3MiB", ".MiB", "0x10MiB", "99999999999999GiB", "256MiBs", "0.0001KiB"}) {
    BOOST_CHECK_EXCEPTION(Memory::parse(text), Error,
                          says({"full, sqrt or a size such as 256MiB", std::string(text)}));
  }
  BOOST_CHECK_EXCEPTION(Memory::every(0), Error, says({"at least one step", "0"}));
  BOOST_TEST(size_text(1536) == "1.5 KiB");
  BOOST_TEST(size_text(std::size_t{64} << 20U) == "64 MiB");
}

// Segments are whole chunks, and a chunk depends on the shape alone.
BOOST_AUTO_TEST_CASE(memory_segments_are_whole_chunks) {
  BOOST_TEST(chunk_steps(1) == 64);
  BOOST_TEST(chunk_steps(20) == 3);
  BOOST_TEST(chunk_steps(64) == 1);
  BOOST_TEST(chunk_steps(1000) == 1);
  BOOST_TEST(Memory::sqrt().segment_steps(100000, 1) == 5 * 64);
  BOOST_TEST(Memory::sqrt().segment_steps(200, 50) == 15);
  BOOST_TEST(Memory::sqrt().segment_steps(2000, 20) == 45);
  BOOST_TEST(Memory::sqrt().segment_steps(10, 1) == 10);
  BOOST_TEST(Memory::sqrt().segment_steps(1, 5) == 1);
}

BOOST_AUTO_TEST_CASE(memory_prediction_is_near_the_peak) {
  Predictions predictions;
  for_each_cell_and_shape(
      {{2, 64, 1, 2000}, {2, 32, 20, 300}, {28, 64, 16, 28}, {1, 8, 3, 500}, {5, 96, 50, 60}}, 5,
      [&](const auto& entry, const SequenceShape& shape, int kind) {
        const DType dtype = kind == 1 ? DType::float64 : DType::float32;
        const auto cell = built(entry.make(), shape.input, shape.hidden, dtype);
        Workload w;
        w.time = shape.time;
        w.batch = shape.batch;
        w.gradient_of_xs = kind == 2;
        w.flow = kind == 3;
        w.masked = kind == 4 && w.batch > 1 ? w.time / 3 : 0;
        w.outputs = kind % 2 == 0 ? 0 : 1;
        for (const Memory& memory : {Memory(), Memory::sqrt(), Memory::every(w.time / 3 + 1)}) {
          Tape tape(dtype);
          predictions.check(entry.name + ", kind " + std::to_string(kind), *cell, w, memory,
                            measure(*cell, w, memory, tape).peak);
        }
      });
}

// A budget is kept, and used: another chunk in a segment would not fit.
BOOST_AUTO_TEST_CASE(memory_budget_is_kept) {
  const auto cell = built(erase<Lstm>(), 2, 32);
  Workload w;
  w.time = 1000;
  w.batch = 16;
  const MemoryPlan full = plan_memory(*cell, w, Memory());
  for (const double share : {0.9, 0.5, 0.25}) {
    const auto budget = static_cast<std::size_t>(share * static_cast<double>(full.peak));
    const MemoryPlan plan = plan_memory(*cell, w, Memory::budget(budget));
    BOOST_TEST(plan.segment > 0);
    BOOST_TEST(plan.peak <= budget);
    BOOST_TEST(plan.segment % chunk_steps(16) == 0);
    Tape tape;
    const Measured measured = measure(*cell, w, Memory::budget(budget), tape);
    BOOST_TEST(measured.peak < 1.1 * static_cast<double>(budget));
    Tape another;
    BOOST_TEST(measured.loss == measure(*cell, w, Memory(), another).loss);
  }
  BOOST_TEST(plan_memory(*cell, w, Memory::budget(full.peak + full.peak / 10 + 1)).segment == 0);
}

BOOST_AUTO_TEST_CASE(memory_budget_that_is_too_small) {
  const auto cell = built(erase<Lstm>(), 2, 32);
  Workload w;
  w.time = 1000;
  w.batch = 16;
  std::string text;
  try {
    plan_memory(*cell, w, Memory::parse("2MiB"));
  } catch (const Error& error) {
    text = error.what();
    BOOST_TEST((error.kind() == ErrorKind::memory));
  }
  BOOST_TEST_MESSAGE(text);
  BOOST_TEST(text.find("T = 1000, batch 16") != std::string::npos);
  // What it says would fit does fit, and no more.
  const auto number_after = [&text](const std::string& words) {
    return std::stol(text.substr(text.find(words) + words.size()));
  };
  const Index time = number_after("suffices for T = "), batch = number_after("or for batch ");
  BOOST_TEST((time > 1 && time < 1000 && batch >= 1 && batch < 16), text);
  const auto fits = [&](Index T, Index B) {
    Workload other = w;
    other.time = T;
    other.batch = B;
    return refusal([&] { plan_memory(*cell, other, Memory::parse("2MiB")); }).empty();
  };
  BOOST_TEST(fits(time, 16));
  BOOST_TEST(!fits(time + 1, 16));
  BOOST_TEST(fits(1000, batch));
  BOOST_TEST(!fits(1000, batch + 1));
  BOOST_CHECK_EXCEPTION(plan_memory(*cell, w, Memory::parse("1KiB")), Error,
                        says(ErrorKind::memory, {"Choose a smaller cell"}));
}

// Without gradients nothing is kept but the outputs, the last state and one segment at a time.
BOOST_AUTO_TEST_CASE(memory_of_evaluation) {
  const auto cell = built(erase<TwoStates>(), 2, 32);
  Tape full, little;
  std::vector<Tensor> outputs, states;
  for (Tape* tape : {&full, &little}) {
    const NoGrad no_grad(*tape);
    Random random(1, "xs");
    UnrollOptions options;
    if (tape == &little) options.memory = Memory::sqrt();
    const Unrolled run =
        unroll(*cell, tape->input(normal({900, 4, 2}, random, DType::float32)), options);
    outputs.push_back(run.sequence().value());
    states.push_back(run.final_state(1).value());
    BOOST_TEST(!run.sequence().requires_grad());
    BOOST_TEST((tape == &full || run.probes.empty()));
  }
  BOOST_TEST(identical(outputs[0], outputs[1]));
  BOOST_TEST(identical(states[0], states[1]));
  BOOST_TEST(little.peak_bytes() * 8 < full.peak_bytes());
}

// From the second training step on nothing is taken any more.
BOOST_AUTO_TEST_CASE(memory_of_segments_is_reused) {
  const auto cell = built(erase<Lstm>(), 2, 16);
  Workload w;
  w.time = 200;
  w.batch = 5;
  w.flow = true;
  Tape tape;
  measure(*cell, w, Memory::sqrt(), tape);
  const Measured second = measure(*cell, w, Memory::sqrt(), tape);
  for (int again = 0; again < 3; ++again) {
    const Measured next = measure(*cell, w, Memory::sqrt(), tape);
    BOOST_TEST(next.bytes == second.bytes);
    BOOST_TEST(next.peak == second.peak);
  }
}

std::string first_line(const std::string& text) { return text.substr(0, text.find('\n')); }

// What a replay finds is named as a recording of all steps names it.
BOOST_AUTO_TEST_CASE(memory_and_numbers_that_are_not_finite) {
  const auto cell = ::built(erase<Lstm>(), 2, 3, DType::float64);
  std::string texts[2], backward[2];
  for (const bool kept : {true, false}) {
    Tape tape(DType::float64);
    Tensor values(DType::float64, {9, 1, 2});
    values.set(2 * 5 + 1, infinity);
    UnrollOptions options;
    if (!kept) options.memory = Memory::every(2);
    const Unrolled run = unroll(*cell, tape.input(values), options);
    const auto found = tape.first_non_finite();
    BOOST_TEST_REQUIRE(found.has_value());
    texts[kept] = first_line(found->text());
    const auto gradient = tape.first_non_finite_gradient(sum(run.sequence()));
    backward[kept] = gradient ? first_line(gradient->text()) : "none";
  }
  BOOST_TEST(texts[0] == texts[1]);
  BOOST_TEST(backward[0] == backward[1]);
  BOOST_TEST(texts[0].find("time step 5") != std::string::npos, texts[0]);
}

BOOST_AUTO_TEST_SUITE_END()
