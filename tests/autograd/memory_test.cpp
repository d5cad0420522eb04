#include <atomic>
#include <boost/test/unit_test.hpp>
#include <cells/init.hpp>
#include <cells/library/lstm.hpp>
#include <cells/unroll.hpp>
#include <cstdlib>
#include <new>
#include <tests/support/tensors.hpp>

// From the second training step of a shape on nothing is allocated for numbers. This executable's
// own operators new and delete count; they are not inlined, or the compiler would see memory of one
// operator new released by free() and warn.

using namespace carousel;
using namespace carousel::cells;
using namespace carousel::testing;

namespace {

std::atomic<long> plain{0};    // vectors, strings, nodes of containers
std::atomic<long> aligned{0};  // tensors, and blocks of a tape's memory

void* counted(std::atomic<long>& counter, void* memory) {
  ++counter;
  if (memory == nullptr) throw std::bad_alloc();
  return memory;
}

}  // namespace

[[gnu::noinline]] void* operator new(std::size_t size) {
  return counted(plain, std::malloc(size == 0 ? 1 : size));
}
[[gnu::noinline]] void* operator new(std::size_t size, std::align_val_t alignment) {
  const auto unit = static_cast<std::size_t>(alignment);
  return counted(aligned, std::aligned_alloc(unit, (size + unit - 1) / unit * unit));
}
[[gnu::noinline]] void operator delete(void* memory) noexcept { std::free(memory); }
[[gnu::noinline]] void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }
[[gnu::noinline]] void operator delete(void* memory, std::align_val_t) noexcept {
  std::free(memory);
}
[[gnu::noinline]] void operator delete(void* memory, std::size_t, std::align_val_t) noexcept {
  std::free(memory);
}

namespace {

struct Counts {
  long plain, aligned;
  std::size_t bytes;  ///< held by the tape
};

/// Training steps of an LSTM with all gradients asked for, as the runner makes them.
class Training {
 public:
  explicit Training(Index time) : tape_(DType::float32), cell_(erase<Lstm>()) {
    cell_->build({4, 16}, DType::float32);
    initialise(*cell_, {}, 1);
    Random random(1, "memory");
    xs_ = normal({time, 3, 4}, random, DType::float32);
    zeros_ = Tensor(DType::float32, {3, 16});
    gradients_.resize(cell_->params().size());
  }

  /// `initial`: states handed in; else unroll makes its own zeros.
  Counts step(bool initial) {
    const long plain_before = plain, aligned_before = aligned;
    tape_.reset();
    UnrollOptions options;
    if (initial) options.initial = {tape_.variable(zeros_), tape_.variable(zeros_)};
    const Unrolled run = unroll(*cell_, tape_.input(xs_), options);
    const Var loss = mean(square(run.outputs.back()));
    std::vector<Var> wanted = run.all_states();
    wanted.insert(wanted.end(), cell_->params().begin(), cell_->params().end());
    const Adjoints adjoints = tape_.backward(loss, wanted);
    for (std::size_t i = 0; i < gradients_.size(); ++i) {
      adjoints.copy_to(cell_->params()[i], gradients_[i]);
      norm_ += adjoints.norm(cell_->params()[i]);
    }
    return {plain - plain_before, aligned - aligned_before, tape_.bytes()};
  }
  double norm() const { return norm_; }

 private:
  Tape tape_;
  std::unique_ptr<AnyCell> cell_;
  Tensor xs_, zeros_;
  std::vector<Tensor> gradients_;
  double norm_ = 0;
};

}  // namespace

BOOST_AUTO_TEST_SUITE(autograd)

BOOST_AUTO_TEST_CASE(memory_allocations_are_seen) {
  const long before_plain = plain, before_aligned = aligned;
  const Tensor tensor(DType::float32, Shape{3});
  const long one_tensor = aligned - before_aligned, nothing = plain - before_plain;
  const auto number = std::make_unique<double>(1);
  const long one_number = plain - before_plain;
  BOOST_TEST((one_tensor == 1 && nothing == 0 && one_number == 1));
}

BOOST_AUTO_TEST_CASE(memory_of_a_training_step_is_reused) {
  long plain_of[2];
  const Index times[2] = {20, 40};
  for (int i = 0; i < 2; ++i) {
    Training training(times[i]);
    training.step(true);
    const Counts second = training.step(true);
    for (int again = 0; again < 3; ++again) {
      const Counts counts = training.step(true);
      BOOST_TEST(counts.aligned == 0);
      BOOST_TEST(counts.bytes == second.bytes);
      BOOST_TEST(counts.plain <= second.plain);
      plain_of[i] = counts.plain;
    }
    BOOST_TEST(training.norm() > 0);
  }
  // Handles of the result are vectors that double, so a time step more costs less than one.
  BOOST_TEST(plain_of[0] <= 40, plain_of[0] << " ordinary allocations at T = 20");
  BOOST_TEST(plain_of[1] - plain_of[0] <= 10, plain_of[1] << " ordinary allocations at T = 40");
}

BOOST_AUTO_TEST_CASE(memory_of_zero_initial_states) {
  Training training(20);
  training.step(false);
  const Counts second = training.step(false), third = training.step(false);
  BOOST_TEST(third.aligned == 0);
  BOOST_TEST(third.bytes == second.bytes);
}

// A shorter sequence in between takes nothing, and gives nothing away.
BOOST_AUTO_TEST_CASE(memory_of_shapes_that_change) {
  Tape tape(DType::float64);
  const auto step = [&](Index rows) {
    tape.reset();
    const Var x = tape.variable(Tensor(DType::float64, {rows, 100}));
    Var h = x;
    for (int t = 0; t < 50; ++t) h = tanh(h + x);
    const Adjoints adjoints = tape.backward(sum(h), {x, h});
    return adjoints.norm(h) > 0 ? tape.bytes() : 0;
  };
  step(100);
  const std::size_t bytes = step(100);
  for (const Index rows : {40, 100, 7, 1, 100}) BOOST_TEST(step(rows) == bytes);
}

// Gradients that are kept longer than their tape's values must not keep its memory.
BOOST_AUTO_TEST_CASE(memory_of_adjoints_that_outlive_a_reset) {
  Tape tape(DType::float64);
  Adjoints kept;
  std::size_t bytes = 0;
  for (int step = 0; step < 60; ++step) {
    tape.reset();
    const Var x = tape.variable(Tensor(DType::float64, {100, 100}));  // 80 kB
    kept = tape.backward(sum(square(x)), {x});
    if (step == 1) bytes = tape.bytes();
  }
  BOOST_TEST(tape.bytes() == bytes);
}

// Values that nobody asked for give their gradients' memory back as the pass goes on.
BOOST_AUTO_TEST_CASE(memory_of_a_long_backward_pass) {
  Tape tape(DType::float64);
  const Var x = tape.variable(Tensor(DType::float64, {100, 100}));
  Var h = x;
  for (int t = 0; t < 200; ++t) h = tanh(h);
  const Var loss = sum(h);
  const std::size_t values = tape.bytes();
  const Adjoints adjoints = tape.backward(loss, {x});
  BOOST_TEST(adjoints.norm(x) == 100);
  BOOST_TEST(tape.bytes() - values < 5 * 80000 + (1 << 20));  // a block of a few gradients, not 200
}

BOOST_AUTO_TEST_SUITE_END()
