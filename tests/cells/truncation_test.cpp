#include <autograd/no_grad.hpp>
#include <boost/test/unit_test.hpp>
#include <cells/init.hpp>
#include <cells/library/gru.hpp>
#include <cells/library/lstm.hpp>
#include <cells/library/vanilla.hpp>
#include <cells/truncation.hpp>
#include <tests/cells/two_states.hpp>
#include <tests/support/expect_error.hpp>
#include <tests/support/tensors.hpp>

// Truncated backpropagation through time from one recording, against recordings that really end
// where the gradient is to end, and against closed forms.

using namespace carousel;
using namespace carousel::cells;
using namespace carousel::testing;

namespace {

constexpr Index steps = 11, batch = 3;

std::unique_ptr<AnyCell> built(std::unique_ptr<AnyCell> cell, Index input, Index hidden) {
  cell->build({input, hidden}, DType::float64);
  initialise(*cell, {}, 3);
  return cell;
}

/// Losses of every step: a readout with a parameter of its own, against random targets.
struct Losses {
  Param readout;
  std::vector<Tensor> targets;
  explicit Losses(const AnyCell& cell)
      : readout("readout", DType::float64, {2, cell.output_size()}, Role::readout) {
    Random random(8, "losses");
    for (Index i = 0; i < readout.value().size(); ++i) {
      readout.mutable_value().set(i, random.normal());
    }
    for (Index t = 0; t < steps; ++t) targets.push_back(normal({batch, 2}, random));
  }
  Var of(const Var& output, Index t) const {
    const Var target = output.tape().input(targets[static_cast<std::size_t>(t)]);
    return mean(squared_error(linear(output, readout), target));
  }
};

/// One window as a recording of its own: what comes before step `cut` is recorded without gradient.
void add_window(const AnyCell& cell, const Losses& losses, const Tensor& xs, Index cut, Index begin,
                Index end, const std::vector<Var>& wanted, std::vector<Tensor>& total) {
  Tape tape(DType::float64);
  std::vector<Var> state, outputs;
  for (const auto& spec : cell.states()) state.push_back(tape.zeros({batch, spec.size}));
  const Var x = tape.input(xs);
  for (Index t = 0; t < end; ++t) {
    std::optional<NoGrad> constant;
    if (t < cut) constant.emplace(tape);
    Context context;
    context.t = t;
    outputs.push_back(cell.step(at(x, 0, t), state, nullptr, context));
  }
  Var loss = sum(tape.zeros({1}));
  for (Index t = begin; t < end; ++t) {
    loss = loss + losses.of(outputs[static_cast<std::size_t>(t)], t);
  }
  const Adjoints adjoints = tape.backward(loss, wanted);
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    const Tensor part = adjoints[wanted[i]];
    for (Index j = 0; j < part.size(); ++j) total[i].set(j, total[i].at(j) + part.at(j));
  }
}

void check_windows(std::unique_ptr<AnyCell> made) {
  const auto cell = built(std::move(made), 2, 5);
  const Losses losses(*cell);
  Random random(4, "xs");
  const Tensor xs = normal({steps, batch, 2}, random);
  std::vector<Var> wanted(cell->params().begin(), cell->params().end());
  wanted.emplace_back(losses.readout);

  Tape tape(DType::float64);
  UnrollOptions options;
  options.first_step = 7;  // as where a longer sequence is run in parts
  const Unrolled run = unroll(*cell, tape.input(xs), options);
  std::vector<Var> each;
  for (Index t = 0; t < steps; ++t) each.push_back(losses.of(run.output(t), t));

  // Stride and window: equal, overlapping, with gaps; dividing T or not; longer than T.
  for (const auto& [stride, window] : std::vector<std::pair<Index, Index>>{
           {4, 4}, {1, 1}, {1, 3}, {2, 5}, {3, 8}, {4, 2}, {5, 1}, {11, 3}, {4, 100}, {50, 50}}) {
    std::vector<Tensor> expected;
    for (const Var& v : wanted) expected.emplace_back(DType::float64, v.shape());
    for (Index begin = 0; begin < steps; begin += stride) {
      const Index end = std::min(steps, begin + stride);
      add_window(*cell, losses, xs, std::max<Index>(0, end - window), begin, end, wanted, expected);
    }
    const std::vector<Tensor> found = truncated_backward(run, each, {stride, window}, wanted);
    for (std::size_t i = 0; i < wanted.size(); ++i) {
      BOOST_TEST(distance(found[i], expected[i]) < 1e-13,
                 cell->name() << ", stride " << stride << ", window " << window << ", value " << i
                              << ": " << distance(found[i], expected[i]));
    }
  }
}

/// h' = w x + a h, whose gradients can be written down.
struct Scalar {
  std::unique_ptr<AnyCell> cell;
  Tensor xs{DType::float64, {9, 1, 1}};
  double a = 0.7, w = 1.3;
  std::vector<double> h{0};
  Scalar() {
    Vanilla linear;
    linear.activation = "linear";
    cell = ::built(erase(linear), 1, 1);
    for (Param param : cell->params()) {
      param.mutable_value().fill(param.role() == Role::input       ? w
                                 : param.role() == Role::recurrent ? a
                                                                   : 0);
    }
    Random random(5, "scalar");
    for (Index t = 0; t < 9; ++t) {
      xs.set(t, random.normal());
      h.push_back(w * xs.at(t) + a * h.back());
    }
  }
  Param param(Role role) const {
    for (const Param& p : cell->params()) {
      if (p.role() == role) return p;
    }
    return {};
  }
};

}  // namespace

BOOST_AUTO_TEST_SUITE(cells)

BOOST_AUTO_TEST_CASE(truncation_as_recordings_that_end_there) {
  check_windows(erase<Lstm>());
  check_windows(erase<Gru>());
  check_windows(erase<TwoStates>());
}

// d h_T / d a = Σ_t a^(T-1-t) h_t and d h_T / d w = Σ_t a^(T-1-t) x_t, of which a window of k keeps
// the last k terms.
BOOST_AUTO_TEST_CASE(truncation_bias_of_a_linear_recurrence) {
  const Scalar s;
  Tape tape(DType::float64);
  const Unrolled run = unroll(*s.cell, tape.input(s.xs));
  const std::vector<Param> params{s.param(Role::recurrent), s.param(Role::input)};
  const Index T = run.time;
  const std::vector<Index> windows{1, 2, 4, 8, 9, 20};
  const auto found = truncation_bias(run, sum(run.last()), params, windows);
  BOOST_TEST_REQUIRE(found.size() == windows.size());
  const auto gradient = [&](Index k) {
    std::pair<double, double> sum{0, 0};
    for (Index t = std::max<Index>(0, T - k); t < T; ++t) {
      const double factor = std::pow(s.a, static_cast<double>(T - 1 - t));
      sum.first += factor * s.h[static_cast<std::size_t>(t)];
      sum.second += factor * s.xs.at(t);
    }
    return sum;
  };
  const auto [A, W] = gradient(T);
  for (std::size_t i = 0; i < windows.size(); ++i) {
    const auto [a, w] = gradient(windows[i]);
    BOOST_TEST(found[i].window == windows[i]);
    BOOST_TEST(relative(found[i].ratio, std::hypot(a, w) / std::hypot(A, W)) < 1e-13);
    BOOST_TEST(relative(found[i].cosine, (a * A + w * W) / (std::hypot(a, w) * std::hypot(A, W))) <
               1e-13);
    if (windows[i] < T) continue;
    BOOST_TEST(found[i].ratio == 1);
    BOOST_TEST(found[i].cosine == 1);
  }
  BOOST_TEST(found[0].ratio != 1);
}

// Losses of all steps: the cuts at T-k, T-2k, ... end the state's way only, and each loss still
// reaches the step that it reads.
BOOST_AUTO_TEST_CASE(truncation_bias_with_a_loss_of_every_step) {
  const Scalar s;
  Tape tape(DType::float64);
  const Unrolled run = unroll(*s.cell, tape.input(s.xs));
  const std::vector<Param> params{s.param(Role::recurrent), s.param(Role::input)};
  const auto found = truncation_bias(run, sum(run.sequence()), params, {2});
  double a = 0, w = 0, A = 0, W = 0;
  for (Index end = 1; end <= 9; ++end) {  // dh_end: back to the last cut at T-2, T-4, ... before it
    const Index cut = end % 2 == 0 ? end - 1 : std::max<Index>(0, end - 2);
    for (Index t = 0; t < end; ++t) {
      const double factor = std::pow(s.a, static_cast<double>(end - 1 - t));
      const double da = factor * s.h[static_cast<std::size_t>(t)], dw = factor * s.xs.at(t);
      A += da, W += dw;
      if (t >= cut) a += da, w += dw;
    }
  }
  BOOST_TEST(relative(found[0].ratio, std::hypot(a, w) / std::hypot(A, W)) < 1e-13);
  BOOST_TEST(relative(found[0].cosine, (a * A + w * W) / (std::hypot(a, w) * std::hypot(A, W))) <
             1e-13);
}

BOOST_AUTO_TEST_CASE(truncation_refusals) {
  const Scalar s;
  Tape tape(DType::float64);
  const Var xs = tape.input(s.xs);
  const Unrolled run = unroll(*s.cell, xs);
  std::vector<Var> each;
  for (const Var& output : run.outputs) each.push_back(sum(output));
  const std::vector<Var> wanted(s.cell->params().begin(), s.cell->params().end());
  BOOST_CHECK_EXCEPTION(truncated_backward(run, each, {0, 1}, wanted), Error,
                        says({"truncated_backward", "a stride of at least one step", "0"}));
  BOOST_CHECK_EXCEPTION(truncated_backward(run, each, {1, -2}, wanted), Error,
                        says({"a window of at least one step", "-2"}));
  BOOST_CHECK_EXCEPTION(truncated_backward(run, {each[0]}, {1, 1}, wanted), Error,
                        says({"a loss for each of 9 steps", "1"}));
  BOOST_CHECK_EXCEPTION(truncation_bias(run, each[0], s.cell->params(), {0}), Error,
                        says({"truncation_bias", "a window of at least one step"}));
  UnrollOptions options;
  options.memory = Memory::every(2);
  const Unrolled segments = unroll(*s.cell, xs, options);
  BOOST_CHECK_EXCEPTION(truncation_bias(segments, sum(segments.last()), s.cell->params(), {1}),
                        Error, says({"with all of its steps", "Unroll it with memory full"}));
}

BOOST_AUTO_TEST_SUITE_END()
