#include <autograd/grad.hpp>
#include <autograd/linear_algebra.hpp>
#include <autograd/ops.hpp>
#include <autograd/support/error.hpp>
#include <functional>
#include <tests/fuzz/calls.hpp>
#include <tests/fuzz/check.hpp>

// Calls that have to be refused, each with an Error.

namespace carousel::fuzz {
namespace {

/// One wrong way to use x, a floating value of rank r on a tape.
struct Misuse {
  const char* name;
  std::function<bool(const Var& x, int rank)> fits;
  std::function<void(Tape& tape, const Var& x)> call;
};

bool always(const Var&, int) { return true; }
bool has_axes(const Var&, int rank) { return rank > 0; }
bool is_scalar(const Var&, int rank) { return rank == 0; }
bool below_four_axes(const Var&, int rank) { return rank > 0 && rank < 4; }
bool is_matrix(const Var&, int rank) { return rank == 2; }

/// x's shape with an extent that does not fit on its first axis.
Var misfit(Tape& tape, const Var& x) {
  const Shape shape = x.shape();
  return tape.zeros(shape.with(0, shape[0] + 2));
}
Var integers(Tape& tape, const Shape& shape, double value) {
  Tensor t(DType::int64, shape);
  t.fill(value);
  return tape.input(t);
}
Shape rows_of(const Var& x) { return x.shape().without(x.shape().rank() - 1); }

const std::vector<Misuse>& misuses() {
  static const std::vector<Misuse> all{
      // Shapes that do not fit.
      {"x + y", has_axes, [](Tape& t, const Var& x) { x + misfit(t, x); }},
      {"maximum(y, x)", has_axes, [](Tape& t, const Var& x) { maximum(misfit(t, x), x); }},
      {"less(x, y)", has_axes, [](Tape& t, const Var& x) { less(x, misfit(t, x)); }},
      {"huber(x, y)", has_axes, [](Tape& t, const Var& x) { huber(x, misfit(t, x)); }},
      {"x * [3, ...]", [](const Var&, int rank) { return rank == 2 || rank == 3; },
       [](Tape& t, const Var& x) { x* t.zeros(x.shape().inserted(0, 3)); }},
      {"matmul", has_axes,
       [](Tape& t, const Var& x) {
         matmul(x, t.zeros({x.shape().columns() + 1, 2}));
       }},
      {"linear", has_axes,
       [](Tape& t, const Var& x) {
         linear(x, t.zeros({2, x.shape().columns() + 1}));
       }},
      {"linear's bias", has_axes,
       [](Tape& t, const Var& x) {
         linear(x, t.zeros({2, x.shape().columns()}), t.zeros({3}));
       }},
      {"outer", below_four_axes,
       [](Tape& t, const Var& x) { outer(x, t.zeros(x.shape().inserted(0, 2))); }},
      {"outer with fewer axes", below_four_axes,
       [](Tape& t, const Var& x) { outer(t.zeros(x.shape().inserted(0, 2)), x); }},
      {"outer of a scalar", has_axes, [](Tape& t, const Var& x) { outer(t.zeros({}), x); }},
      {"concat", below_four_axes,
       [](Tape& t, const Var& x) {
         concat({x, t.zeros(x.shape().inserted(0, 1))}, 0);
       }},
      {"stack", has_axes,
       [](Tape& t, const Var& x) {
         stack({x, misfit(t, x)});
       }},
      {"concat of nothing", always, [](Tape&, const Var&) { concat({}, 0); }},
      {"reshape", always, [](Tape&, const Var& x) { reshape(x, {x.shape().size() + 1}); }},
      {"broadcast_to", [](const Var& x, int rank) { return rank > 0 && x.shape()[0] != 1; },
       [](Tape&, const Var& x) { broadcast_to(x, x.shape().with(0, x.shape()[0] + 1)); }},
      {"broadcast_to fewer axes", has_axes, [](Tape&, const Var& x) { broadcast_to(x, {}); }},
      {"where", has_axes, [](Tape& t, const Var& x) { where(greater(x, 0), x, misfit(t, x)); }},
      {"logical_and", has_axes,
       [](Tape& t, const Var& x) { logical_and(greater(x, 0), greater(misfit(t, x), 0)); }},
      {"solve", has_axes,
       [](Tape& t, const Var& x) {
         solve(x, t.zeros({x.shape()[0] + 1, 1}));
       }},
      {"inverse of no square", always,
       [](Tape& t, const Var&) {
         inverse(t.zeros({2, 3}));
       }},
      {"inverse of a singular matrix", always,
       [](Tape& t, const Var&) {
         inverse(t.zeros({2, 2}));
       }},
      {"diagonal", always,
       [](Tape& t, const Var&) {
         diagonal(t.zeros({2, 3}));
       }},
      {"transpose", [](const Var&, int rank) { return rank != 2; },
       [](Tape&, const Var& x) { transpose(x); }},
      {"softmax of a scalar", is_scalar, [](Tape&, const Var& x) { softmax(x); }},
      {"max of nothing", always,
       [](Tape& t, const Var&) {
         max(t.zeros({2, 0}), {1});
       }},
      {"five axes", [](const Var&, int rank) { return rank == 4; },
       [](Tape&, const Var& x) { diagonal_matrix(x); }},
      // Axes and ranges that are not there.
      {"sum over an axis", always, [](Tape&, const Var& x) { sum(x, {x.shape().rank()}); }},
      {"cumsum along an axis", always,
       [](Tape&, const Var& x) { cumsum(x, -x.shape().rank() - 1); }},
      {"flip", always, [](Tape&, const Var& x) { flip(x, 4); }},
      {"pad by -1", has_axes, [](Tape&, const Var& x) { pad(x, 0, -1, 2); }},
      {"repeat -1 times", has_axes, [](Tape&, const Var& x) { repeat(x, 0, -1); }},
      {"slice behind the end", has_axes,
       [](Tape&, const Var& x) { slice(x, -1, 0, x.shape().columns() + 1); }},
      {"slice backwards", has_axes, [](Tape&, const Var& x) { slice(x, 0, 1, 0); }},
      {"slice in steps of 0", has_axes,
       [](Tape&, const Var& x) { slice(x, 0, 0, x.shape()[0], 0); }},
      {"at behind the end", has_axes, [](Tape&, const Var& x) { at(x, 0, x.shape()[0]); }},
      {"at -1", has_axes, [](Tape&, const Var& x) { at(x, 0, -1); }},
      {"split unevenly", [](const Var& x, int rank) { return rank > 0 && x.shape().columns() > 0; },
       [](Tape&, const Var& x) { split(x, 2 * x.shape().columns() + 1); }},
      {"split into none", has_axes, [](Tape&, const Var& x) { split(x, 0); }},
      {"permute", is_matrix,
       [](Tape&, const Var& x) {
         permute(x, {0, 0});
       }},
      {"permute too few", is_matrix, [](Tape&, const Var& x) { permute(x, {0}); }},
      // Indices and labels out of range.
      {"embedding", is_matrix,
       [](Tape& t, const Var& x) {
         embedding(x, integers(t, {2}, static_cast<double>(x.shape()[0])));
       }},
      {"gather", [](const Var& x, int rank) { return rank > 0 && x.shape().size() > 0; },
       [](Tape& t, const Var& x) { gather(x, 0, integers(t, x.shape(), -1)); }},
      {"scatter_add", [](const Var& x, int rank) { return rank > 0 && x.shape().size() > 0; },
       [](Tape& t, const Var& x) { scatter_add(x, 0, integers(t, x.shape(), 3), 3); }},
      {"cross_entropy", [](const Var& x, int rank) { return rank > 0 && x.shape().size() > 0; },
       [](Tape& t, const Var& x) {
         cross_entropy(x, integers(t, rows_of(x), static_cast<double>(x.shape().columns())));
       }},
      // dtypes.
      {"arithmetic of integers", always,
       [](Tape& t, const Var& x) { x + integers(t, x.shape(), 1); }},
      {"arithmetic of masks", always, [](Tape&, const Var& x) { exp(greater(x, 0)); }},
      {"float indices", is_matrix, [](Tape& t, const Var& x) { embedding(x, t.zeros({2})); }},
      {"a float mask", always, [](Tape&, const Var& x) { where(x, x, x); }},
      {"logic of floats", always, [](Tape&, const Var& x) { logical_not(x); }},
      {"float labels", has_axes,
       [](Tape& t, const Var& x) { cross_entropy(x, t.zeros(rows_of(x))); }},
      {"a tensor of the other dtype", always,
       [](Tape& t, const Var& x) {
         t.input(Tensor(t.dtype() == DType::float32 ? DType::float64 : DType::float32, x.shape()));
       }},
      // Settings.
      {"huber's delta", always, [](Tape&, const Var& x) { huber(x, x, 0); }},
      {"label smoothing", has_axes,
       [](Tape& t, const Var& x) {
         LabelOptions options;
         options.label_smoothing = 1.5;
         cross_entropy(x, integers(t, rows_of(x), 0), options);
       }},
      // Passes back.
      {"backward from many elements",
       [](const Var& x, int) { return x.requires_grad() && x.shape().size() != 1; },
       [](Tape& t, const Var& x) { t.backward(x, {x}); }},
      {"backward from a constant", always,
       [](Tape& t, const Var& x) { t.backward(sum(detach(x)), {}); }},
      {"the gradient of a constant", [](const Var& x, int) { return x.requires_grad(); },
       [](Tape& t, const Var& x) { t.backward(sum(x), {detach(x)}); }},
      {"a seed of another shape",
       [](const Var& x, int rank) { return rank > 0 && x.requires_grad(); },
       [](Tape& t, const Var& x) { grad(x, {x}, misfit(t, x), true); }},
      // Values that are not on this tape.
      {"an empty Var", always, [](Tape&, const Var& x) { x + Var(); }},
      {"a value of another tape", always,
       [](Tape& t, const Var& x) {
         Tape other(t.dtype());
         x* other.zeros(x.shape());
       }},
      {"a value of a tape that is gone", always,
       [](Tape& t, const Var& x) {
         Var stale;
         {
           Tape other(t.dtype());
           stale = other.zeros({});
         }
         stale + x;
       }},
  };
  return all;
}

/// A value that may be misused so: of the program, or a new one.
Var operand(const Misuse& misuse, Tape& tape, const std::vector<Var>& values, Random& random) {
  std::vector<Var> fitting;
  for (const Var& v : values) {
    if (v.unbound() || !is_floating(v.dtype())) continue;
    if (misuse.fits(v, v.shape().rank())) fitting.push_back(v);
  }
  if (!fitting.empty()) {
    return fitting[static_cast<std::size_t>(random.below(static_cast<Index>(fitting.size())))];
  }
  for (const Shape& shape : {Shape{}, Shape{2, 3}, Shape{2, 1, 1, 3}}) {
    const Var x = tape.zeros(shape, /*requires_grad=*/true);
    if (misuse.fits(x, shape.rank())) return x;
  }
  return tape.zeros({2, 3}, /*requires_grad=*/true);
}

}  // namespace

std::string misuse(Tape& tape, const std::vector<Var>& values, Random& random) {
  const auto count = static_cast<Index>(misuses().size());
  const Misuse& chosen = misuses()[static_cast<std::size_t>(random.below(count))];
  const Var x = operand(chosen, tape, values, random);
  const std::string what = std::string("misuse '") + chosen.name + "' of " + to_string(x.shape());
  try {
    chosen.call(tape, x);
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::internal) return {};
    return what + " ends in an internal error: " + error.what();
  } catch (const std::exception& error) {
    return what + " ends in no Error of the library: " + error.what();
  }
  return what + " was accepted";
}

}  // namespace carousel::fuzz
