#include <algorithm>
#include <autograd/support/error.hpp>
#include <cells/truncation.hpp>
#include <cmath>
#include <limits>

namespace carousel::cells {
namespace {

void require_all_kept(const Unrolled& run, const char* where) {
  if (!run.packed_outputs) return;
  throw Error(ErrorKind::argument, where, "a recurrence recorded with all of its steps",
              "one that keeps the states between segments only", "Unroll it with memory full.");
}

void require_positive(const char* where, const char* what, Index steps) {
  if (steps >= 1) return;
  throw Error(ErrorKind::argument, where, std::string(what) + " of at least one step",
              std::to_string(steps));
}

/// What step t, recorded as `step`, receives is a constant for it and for later steps. The losses
/// still see it as what the step before has put out.
void cut_before(const Unrolled& run, Index t, Index step, std::vector<Stop>& stop) {
  const auto at = static_cast<std::size_t>(t);
  for (const auto& over_time : run.states) stop.emplace_back(over_time[at], step);
  stop.emplace_back(run.outputs[at - 1], step);  // which a masked step repeats
}

/// Sums over all elements of a list of arrays, of the elements divided by the largest one, so that
/// gradients of 1e-200 have an angle.
struct Sums {
  double largest_a = 0, largest_b = 0, aa = 0, bb = 0, ab = 0;

  Sums(const std::vector<Tensor>& a, const std::vector<Tensor>& b) {
    largest_a = largest(a);
    largest_b = largest(b);
    if (largest_a == 0 || largest_b == 0) return;
    for (std::size_t i = 0; i < a.size(); ++i) {
      for (Index j = 0; j < a[i].size(); ++j) {
        const double x = a[i].at(j) / largest_a, y = b[i].at(j) / largest_b;
        aa += x * x;
        bb += y * y;
        ab += x * y;
      }
    }
  }
  static double largest(const std::vector<Tensor>& tensors) {
    double result = 0;
    for (const auto& tensor : tensors) {
      for (Index j = 0; j < tensor.size(); ++j) result = std::max(result, std::abs(tensor.at(j)));
    }
    return result;
  }
  /// Exactly 1 for a = b: √(s·s) is s.
  double cosine() const { return ab / std::sqrt(aa * bb); }
  double ratio() const {
    if (largest_b == 0) return std::numeric_limits<double>::quiet_NaN();
    return largest_a == 0 ? 0 : largest_a / largest_b * std::sqrt(aa / bb);
  }
};

}  // namespace

std::vector<Tensor> truncated_backward(const Unrolled& run, const std::vector<Var>& losses,
                                       const Truncation& truncation,
                                       const std::vector<Var>& wanted) {
  const char* where = "truncated_backward";
  require_all_kept(run, where);
  require_positive(where, "a window", truncation.window);
  require_positive(where, "a stride", truncation.stride);
  if (static_cast<Index>(losses.size()) != run.time || losses.empty()) {
    throw Error(ErrorKind::argument, where,
                "a loss for each of " + std::to_string(run.time) + " steps",
                std::to_string(losses.size()));
  }
  const auto given =
      std::find_if(losses.begin(), losses.end(), [](const Var& v) { return bool(v); });
  if (given == losses.end()) {
    throw Error(ErrorKind::argument, where, "a loss at some step", "none");
  }
  Tape& tape = given->tape();
  for (const Var& loss : losses) {
    if (!loss || tape.nodes()[loss.id()].step < 0) continue;
    throw Error(ErrorKind::argument, where, "losses that were recorded outside of any time step",
                tape.describe(loss.id()), "Compute them after unroll().");
  }
  Tensor one(tape.dtype(), given->shape());
  one.fill(1);
  std::vector<Tensor> total;
  for (const Var& v : wanted) total.emplace_back(tape.dtype(), v.shape());
  for (Index end = 0; end < run.time;) {
    const Index begin = end;
    end = std::min(run.time, begin + truncation.stride);
    BackwardOptions options;
    options.first_step = run.first_step + std::max<Index>(0, end - truncation.window);
    std::vector<Cotangent> from;
    for (Index t = begin; t < end; ++t) {
      const Var& loss = losses[static_cast<std::size_t>(t)];
      if (loss) from.push_back({loss, one});
    }
    if (from.empty()) continue;
    const Adjoints adjoints = tape.backward(from, wanted, options);
    for (std::size_t i = 0; i < wanted.size(); ++i) {
      accumulate(adjoints.view(wanted[i]), dense(total[i].raw(), total[i].shape(), tape.dtype()));
    }
  }
  return total;
}

std::vector<TruncationBias> truncation_bias(const Unrolled& run, const Var& loss,
                                            const std::vector<Param>& params,
                                            const std::vector<Index>& windows) {
  return truncation_bias(std::vector<Unrolled>{run}, loss, params, windows);
}

std::vector<TruncationBias> truncation_bias(const std::vector<Unrolled>& layers, const Var& loss,
                                            const std::vector<Param>& params,
                                            const std::vector<Index>& windows) {
  const char* where = "truncation_bias";
  for (const Unrolled& run : layers) require_all_kept(run, where);
  for (const Index window : windows) require_positive(where, "a window", window);
  Tape& tape = loss.tape();
  const std::vector<Var> wanted(params.begin(), params.end());
  const auto gradient = [&](const BackwardOptions& options) {
    const Adjoints adjoints = tape.backward(loss, wanted, options);
    std::vector<Tensor> result;
    for (const Var& v : wanted) result.push_back(adjoints[v]);
    return result;
  };
  const std::vector<Tensor> whole = gradient({});
  std::vector<TruncationBias> biases;
  for (const Index window : windows) {
    BackwardOptions options;
    for (const Unrolled& run : layers) {
      for (Index t = run.time - window; t > 0; t -= window) {
        cut_before(run, t, run.first_step + t, options.stop);
      }
    }
    const Sums sums(gradient(options), whole);
    biases.push_back({window, sums.cosine(), sums.ratio()});
  }
  return biases;
}

}  // namespace carousel::cells
