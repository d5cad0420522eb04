#include <boost/test/unit_test.hpp>
#include <cells/compiled/recurrence.hpp>
#include <cells/library/lstm.hpp>
#include <tests/cells/measured_memory.hpp>
#include <tests/support/expect_error.hpp>

// What a compiled recurrence takes, and what is done where it does not fit into a budget.

using namespace carousel;
using namespace carousel::cells;
using namespace carousel::testing;

BOOST_AUTO_TEST_SUITE(cells)

BOOST_AUTO_TEST_CASE(compiled_memory_prediction_is_near_the_peak) {
  Predictions predictions;
  for_each_cell_and_shape(
      {{2, 64, 1, 2000}, {2, 32, 20, 300}, {28, 64, 16, 28}, {5, 96, 50, 60}}, 4,
      [&](const auto& entry, const SequenceShape& shape, int kind) {
        const DType dtype = kind == 1 ? DType::float64 : DType::float32;
        const auto cell = built(entry.make(), shape.input, shape.hidden, dtype);
        Workload w;
        w.time = shape.time;
        w.batch = shape.batch;
        w.gradient_of_xs = kind == 2;
        w.flow = kind == 3;
        w.outputs = kind % 2 == 0 ? 0 : 1;
        w.compile = true;
        for (const Memory& memory : {Memory(), Memory::sqrt(), Memory::every(w.time / 3 + 1)}) {
          Tape tape(dtype);
          const Measured measured = measure(*cell, w, memory, tape);
          BOOST_TEST(measured.execution == "compiled");
          predictions.check(entry.name + ", kind " + std::to_string(kind), *cell, w, memory,
                            measured.peak);
        }
      });
}

// Where a chunk of a compiled recurrence is more than the budget, a few recorded steps at a time
// may still fit: the steps are recorded, and the run says so.
BOOST_AUTO_TEST_CASE(compiled_memory_budget_that_recording_alone_fits) {
  const auto cell = built(erase<Lstm>(), 2, 64);
  Workload w;
  w.time = 2000;
  w.batch = 1;
  w.outputs = 1;
  w.compile = true;
  const Measured whole = [&] {
    Tape tape;
    return measure(*cell, w, Memory::every(512), tape);
  }();
  BOOST_TEST(whole.execution == "compiled");
  const Memory budget = Memory::budget(whole.peak);  // with no margin
  const MemoryPlan plan = plan_memory(*cell, w, budget);
  BOOST_TEST(plan.recorded_because.find("memory budget") != std::string::npos);
  Tape tape;
  const Measured little = measure(*cell, w, budget, tape);
  BOOST_TEST(little.execution == "eager: " + plan.recorded_because);
  BOOST_TEST(little.peak <= whole.peak);
  Tape another;
  Workload recorded = w;
  recorded.compile = false;
  BOOST_TEST(little.loss == measure(*cell, recorded, Memory(), another).loss);
  BOOST_TEST(plan_memory(*cell, w, Memory::budget(2 * whole.peak)).recorded_because.empty());
}

// A refusal says what would fit, and it does, compiled or recorded.
BOOST_AUTO_TEST_CASE(compiled_memory_budget_that_is_too_small) {
  const auto cell = built(erase<Lstm>(), 2, 32);
  for (const Index rows : {1, 16, 50}) {
    Workload w;
    w.time = 1000;
    w.batch = rows;
    w.compile = true;
    const Memory budget = Memory::budget(static_cast<std::size_t>(rows) * 120000);
    const auto refused = [&](const Workload& work, const Memory& memory) {
      return refusal([&] { plan_memory(*cell, work, memory); });
    };
    const std::string text = refused(w, budget);
    BOOST_TEST_MESSAGE(text);
    const auto after = [&](const std::string& words) {
      const std::size_t at = text.find(words);
      return at == std::string::npos ? std::string("0") : text.substr(at + words.size());
    };
    const std::string size = after("at least ");
    BOOST_TEST(refused(w, Memory::parse(size.substr(0, size.find(' ')))).empty(), text);
    Workload shorter = w, smaller = w;
    shorter.time = std::stol(after("suffices for T = "));
    BOOST_TEST_REQUIRE((shorter.time > 0 && shorter.time < w.time), text);
    BOOST_TEST(refused(shorter, budget).empty());
    ++shorter.time;
    BOOST_TEST(!refused(shorter, budget).empty());
    if (rows == 1) continue;
    smaller.batch = std::stol(after("or for batch "));
    BOOST_TEST_REQUIRE((smaller.batch > 0 && smaller.batch < w.batch), text);
    BOOST_TEST(refused(smaller, budget).empty());
  }
}

BOOST_AUTO_TEST_SUITE_END()
