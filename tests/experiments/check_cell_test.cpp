#include <boost/test/unit_test.hpp>
#include <cells/cell.hpp>
#include <experiments/check_cell/checks.hpp>
#include <random>

// Every check of `carousel check-cell` finds the cell that is wrong in its way, and lets pass what
// is right. (That it passes all cells of the library is a test of the program.)

using namespace carousel;
using namespace carousel::cells;
using namespace carousel::check_cell;

namespace {

/// A vanilla cell with one thing to change.
template <class Fault> struct Vanilla {
  struct State {
    Var h;
  };
  Param W, U, b;
  mutable Fault fault;
  void declare(Declaration<State>& d) {
    d.state("h", &State::h);
    d.input("W", W).recurrent("U", U).bias("b", b);
  }
  Step<State> step(const Var& x, const State& s, const Context& c) const {
    return fault.step(linear(x, W) + b, linear(s.h, U), s.h, c);
  }
  using Next = Step<State>;
  static Next next(const Var& h) { return {h, {h}}; }
};

struct Right {
  auto step(const Var& a, const Var& r, const Var&, const Context&) const {
    return Vanilla<Right>::next(tanh(a + r));
  }
};
/// Infinite from the second step on.
struct Overflows {
  auto step(const Var& a, const Var& r, const Var&, const Context& c) const {
    return Vanilla<Overflows>::next(tanh(a + r) / static_cast<double>(c.t == 0 ? 1 : 0));
  }
};
struct ForgetsU {
  auto step(const Var& a, const Var&, const Var&, const Context&) const {
    return Vanilla<ForgetsU>::next(tanh(a));
  }
};
struct Detaches {
  auto step(const Var& a, const Var& r, const Var& h, const Context&) const {
    return Vanilla<Detaches>::next(tanh(a + r) * (1.0 + 0.1 * tanh(detach(h))));
  }
};
struct MixesRows {
  auto step(const Var& a, const Var& r, const Var& h, const Context&) const {
    const Var mean_row = broadcast_to(mean(a, {0}), h.shape());
    return Vanilla<MixesRows>::next(tanh(a - mean_row + r));
  }
};
/// Its output depends on the row that a sequence stands in.
struct CountsRows {
  auto step(const Var& a, const Var& r, const Var& h, const Context&) const {
    Tensor rows(h.dtype(), h.shape());
    for (Index i = 0; i < rows.size(); ++i) {
      rows.set(i, static_cast<double>(i / h.shape()[1]));
    }
    return Vanilla<CountsRows>::next(tanh(a + r + h.tape().input(rows)));
  }
};
/// Counts how often it was called.
struct Remembers {
  double calls = 0;
  auto step(const Var& a, const Var& r, const Var&, const Context&) {
    calls += 1;
    return Vanilla<Remembers>::next(tanh(a + r + 0.01 * calls));
  }
};
/// Random numbers of its own making.
struct Draws {
  std::mt19937 generator{1};
  auto step(const Var& a, const Var& r, const Var&, const Context& c) {
    const double noise = c.training ? std::normal_distribution<double>()(generator) : 0;
    return Vanilla<Draws>::next(tanh(a + r + noise));
  }
};
/// Reads what stands in its parameters' address, as it were: a number of the object.
struct OfTheObject {
  double number = static_cast<double>(made++);
  static int made;
  auto step(const Var& a, const Var& r, const Var&, const Context&) const {
    return Vanilla<OfTheObject>::next(tanh(a + r + 0.1 * number));
  }
};
int OfTheObject::made = 0;
/// Differs between float32 and float64.
struct Coarse {
  auto step(const Var& a, const Var& r, const Var&, const Context&) const {
    const double shift = a.dtype() == DType::float32 ? 1e-3 : 0;
    return Vanilla<Coarse>::next(tanh(a + r + shift));
  }
};

template <class Fault> Subject subject() {
  const auto make = [] {
    auto cell = erase<Vanilla<Fault>>();
    cell->set_name("subject");
    return cell;
  };
  return {{"subject", "", make, ""}};
}

/// Names of the checks that fail.
std::vector<std::string> failing(const Subject& subject) {
  std::vector<std::string> names;
  for (const Check& check : all_checks()) {
    const Outcome outcome = outcome_of(check, subject);
    BOOST_TEST_MESSAGE((outcome.passed ? "ok  " : "BAD ") << check.name << ": " << outcome.text);
    BOOST_TEST(!outcome.text.empty());
    if (!outcome.passed) names.emplace_back(check.name);
  }
  return names;
}

bool has(const std::vector<std::string>& names, const char* name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

}  // namespace

BOOST_AUTO_TEST_SUITE(experiments)

BOOST_AUTO_TEST_CASE(check_cell_passes_a_right_cell) {
  BOOST_TEST(failing(subject<Right>()).empty());
}

BOOST_AUTO_TEST_CASE(check_cell_finds_numbers_that_are_not_finite) {
  BOOST_TEST(!contract(subject<Overflows>()).passed);
}

BOOST_AUTO_TEST_CASE(check_cell_finds_a_parameter_without_use) {
  const auto names = failing(subject<ForgetsU>());
  BOOST_TEST((names == std::vector<std::string>{"parameters reached"}));
  BOOST_TEST(parameters_reached(subject<ForgetsU>()).text.find("U: no output") == 0U);
}

BOOST_AUTO_TEST_CASE(check_cell_finds_a_gradient_that_is_cut) {
  const auto names = failing(subject<Detaches>());
  BOOST_TEST(has(names, "gradients through time"));
  BOOST_TEST(directional_derivatives(subject<Detaches>()).text.find("detach()") !=
             std::string::npos);
}

BOOST_AUTO_TEST_CASE(check_cell_finds_rows_that_are_mixed) {
  const auto names = failing(subject<MixesRows>());
  BOOST_TEST(has(names, "batch of two"));
  BOOST_TEST(has(names, "padding"));
  BOOST_TEST(!has(names, "compiled"));
}

BOOST_AUTO_TEST_CASE(check_cell_finds_rows_that_count) {
  BOOST_TEST(has(failing(subject<CountsRows>()), "permuted batch"));
}

BOOST_AUTO_TEST_CASE(check_cell_finds_a_memory_that_is_no_state) {
  const auto names = failing(subject<Remembers>());
  for (const char* name : {"step by step", "state between calls", "memory modes", "determinism"}) {
    BOOST_TEST(has(names, name), name);
  }
}

BOOST_AUTO_TEST_CASE(check_cell_finds_random_numbers_of_its_own) {
  const auto names = failing(subject<Draws>());
  BOOST_TEST(has(names, "memory modes"));
  BOOST_TEST(has(names, "determinism"));
}

BOOST_AUTO_TEST_CASE(check_cell_finds_what_is_no_parameter) {
  BOOST_TEST(has(failing(subject<OfTheObject>()), "saved and loaded"));
}

BOOST_AUTO_TEST_CASE(check_cell_finds_what_float32_changes) {
  BOOST_TEST((failing(subject<Coarse>()) == std::vector<std::string>{"float32"}));
}

BOOST_AUTO_TEST_SUITE_END()
