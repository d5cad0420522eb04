#include <cells/library/lstm.hpp>
#include <cells/library/vanilla.hpp>
#include <tests/cells/compiled_numbers.hpp>
#include <tests/cells/unusual_cells.hpp>
#include <tests/support/expect_error.hpp>
#include <tests/support/generated.hpp>
#include <tests/support/tensors.hpp>

// A compiled recurrence gives what one gives that records every step: outputs, final states, all
// gradients, dL/ds_t.

namespace carousel::testing {
namespace {

using namespace cells;

/// An LSTM as one writes it down.
struct GateLstm {
  struct State {
    Var h, c;
  };
  Param W_i, W_f, W_g, W_o, U_i, U_f, U_g, U_o, b_i, b_f, b_g, b_o;
  void declare(Declaration<State>& d) {
    d.state("h", &State::h);
    d.state("c", &State::c);
    d.input("W_i", W_i), d.input("W_f", W_f), d.input("W_g", W_g), d.input("W_o", W_o);
    d.recurrent("U_i", U_i), d.recurrent("U_f", U_f), d.recurrent("U_g", U_g);
    d.recurrent("U_o", U_o);
    d.bias("b_i", b_i), d.bias("b_f", b_f), d.bias("b_g", b_g), d.bias("b_o", b_o);
  }
  Step<State> step(const Var& x, const State& s) const {
    const Var i = sigmoid(linear(x, W_i, b_i) + linear(s.h, U_i));
    const Var f = sigmoid(linear(x, W_f) + linear(s.h, U_f) + b_f);
    const Var g = tanh(linear(x, W_g, b_g) + linear(s.h, U_g));
    const Var o = sigmoid(b_o + linear(x, W_o) + linear(s.h, U_o));
    const Var c = f * s.c + i * g;
    const Var h = o * tanh(c);
    return {h, {h, c}};
  }
};

std::vector<Subject> all_subjects() {
  std::vector<Subject> result = subjects();
  // Its matrices change with t, so that every step is recorded.
  result.erase(std::remove_if(result.begin(), result.end(),
                              [](const Subject& subject) { return subject.name == "legs"; }),
               result.end());
  const auto add = [&result](const char* name, const auto& cell) {
    result.push_back(subject_of(name, cell));
  };
  add("packed", Packed{});
  add("output_in_state", OutputInState{});
  add("exchange", Exchange{});
  add("prepares", Prepares{});
  add("gates", GateLstm{});
  add("dropout", Dropout{});
  return fewer_under_sanitizers(std::move(result));
}

void check_same(const AnyCell& cell, const Case& c) {
  const std::vector<Tensor> eager = numbers(cell, c, false);
  const std::vector<Tensor> compiled = numbers(cell, c, true);
  BOOST_TEST_REQUIRE(compiled.size() == eager.size());
  // As much as a unit in the last place of the inputs grows on its way.
  const bool is_double = cell.dtype() == DType::float64;
  const double rounding =
      is_double ? 1e-12 : 64 * 0x1p-24 * std::sqrt(static_cast<double>(c.time * c.batch));
  Case near = c;
  near.nudge = is_double ? 0x1p-50 : 0x1p-21;
  const std::vector<Tensor> nudged = numbers(cell, near, false);
  for (std::size_t i = 0; i < eager.size(); ++i) {
    const double apart = distance(compiled[i], eager[i]);
    const double growth = std::max(1.0, distance(nudged[i], eager[i]) / near.nudge);
    BOOST_TEST(apart <= rounding * growth, "T = " << c.time << ", batch " << c.batch
                                                  << (c.mask ? ", masked" : "") << ", number " << i
                                                  << ", " << apart << " apart");
  }
}

void check_same(const Subject& subject, DType dtype) {
  const auto cell = subject.build({3, 5}, dtype);
  for (const Index time : {1, 2, 3, 40}) {
    for (const Index batch : {1, 3, 20}) {
      for (const bool last_only : {false, true}) {
        for (const bool gradient_of_xs : {false, true}) {
          for (const bool masked : {false, true}) {
            Case c;
            c.time = time, c.batch = batch;
            c.last_only = last_only, c.gradient_of_xs = gradient_of_xs;
            if (masked) c.mask = mask_with_holes(time, batch);
            check_same(*cell, c);
          }
        }
      }
    }
  }
}

/// Segments change no bit: over the compiled recurrence's chunks, 25 steps at this batch.
void check_segments(const Subject& subject, DType dtype) {
  const auto cell = subject.build({3, 5}, dtype);
  for (const bool masked : {false, true}) {
    Case c;
    c.time = 90, c.batch = 20;
    if (masked) c.mask = mask_with_holes(c.time, c.batch);
    const std::vector<Tensor> all = numbers(*cell, c, true);
    for (const Memory& memory : {Memory::every(1), Memory::every(50), Memory::sqrt()}) {
      c.memory = memory;
      const std::vector<Tensor> some = numbers(*cell, c, true);
      BOOST_TEST_REQUIRE(some.size() == all.size());
      for (std::size_t i = 0; i < all.size(); ++i) {
        BOOST_TEST(identical(some[i], all[i]), memory.text()
                                                   << ", number " << i << ", "
                                                   << distance(some[i], all[i]) << " apart");
      }
    }
  }
}

}  // namespace

void add_compiled_cases() {
  for (const Subject& subject : all_subjects()) {
    add_case(
        "cells", subject.name + "_compiled_as_eager",
        [subject] {
          check_same(subject, DType::float64);
          check_same(subject, DType::float32);
        },
        __FILE__, __LINE__);
    add_case(
        "cells", subject.name + "_compiled_in_segments_gives_the_same_bits",
        [subject] {
          check_segments(subject, DType::float64);
          check_segments(subject, DType::float32);
        },
        __FILE__, __LINE__);
  }
}

}  // namespace carousel::testing

using namespace carousel;
using namespace carousel::cells;
using namespace carousel::testing;

namespace {

struct ReadsItsGate {
  struct State {
    Var h;
  };
  Param W, U;
  void declare(Declaration<State>& d) {
    d.state("h", &State::h);
    d.input("W", W).recurrent("U", U);
  }
  Step<State> step(const Var& x, const State& s) const {
    Var h = tanh(linear(x, W) + linear(s.h, U));
    if (h.value().at(0) > 0) h = h * 0.5;
    return {h, {h}};
  }
};

/// Numbers that change with time and are the same for all sequences.
struct Warms {
  struct State {
    Var h;
  };
  Param W, U;
  void declare(Declaration<State>& d) {
    d.state("h", &State::h);
    d.input("W", W).recurrent("U", U);
  }
  Step<State> step(const Var& x, const State& s, const Context& context) const {
    Tensor share(x.tape().dtype(), {s.h.shape()[1]});
    share.fill(1.0 / static_cast<double>(context.t + 1));
    const Var h = tanh(linear(x, W) * x.tape().input(share) + linear(s.h, U));
    return {h, {h}};
  }
};

std::string execution_of(std::unique_ptr<AnyCell> cell, Index batch = 2) {
  cell->build({2, 3}, DType::float64);
  Tape tape(DType::float64);
  UnrollOptions options;
  options.compile = true;
  Random random(1, "xs");
  return unroll(*cell, tape.input(normal({6, batch, 2}, random)), options).execution;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(cells)

BOOST_AUTO_TEST_CASE(compiled_or_says_why_not) {
  BOOST_TEST(execution_of(erase<Vanilla>()) == "compiled");
  BOOST_TEST(execution_of(erase<ReadsItsGate>()).find("reads the value of tanh") !=
             std::string::npos);
  BOOST_TEST(execution_of(erase<Bare>()) == "eager: the step is not the same at time step 3");
  BOOST_TEST(execution_of(erase<Dropout>()) == "compiled");
  for (const Index batch : {2, 3}) {  // 3: as many as features
    BOOST_TEST(
        execution_of(erase<Warms>(), batch).find("numbers [3] that the step puts on the tape") !=
        std::string::npos);
  }
}

BOOST_AUTO_TEST_SUITE_END()
