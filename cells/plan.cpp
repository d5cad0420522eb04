#include <algorithm>
#include <autograd/support/error.hpp>
#include <cells/compiled/recurrence.hpp>
#include <cells/plan.hpp>
#include <cmath>
#include <optional>

namespace carousel::cells {
namespace {

std::size_t bytes_of(Index elements, DType dtype) {
  return static_cast<std::size_t>(elements) * size_of(dtype);
}

/// The peak is linear in the number of steps that are on a tape at a time, the number of all steps
/// and the number of boundaries, because every step is alike.
class CostModel {
 public:
  CostModel(const AnyCell& cell, const Workload& workload) : workload_(workload) {
    const DType dtype = cell.dtype();
    const Index batch = workload.batch;
    Index state = 0;
    for (const auto& spec : cell.states()) state += batch * spec.size;
    boundary_ = static_cast<double>(bytes_of(state, dtype));
    if (workload.compile && compiles(cell)) return;
    const double two = at_batch(cell, 2, false), four = at_batch(cell, 4, false);
    step_ = (four - two) / 2;
    once_ = two - 2 * step_;
    masked_step_ = workload.masked == 0 ? step_ : (at_batch(cell, 4, true) - once_) / 4;
    const auto x = static_cast<double>(bytes_of(batch * cell.sizes().input_size, dtype));
    output_ = static_cast<double>(bytes_of(batch * cell.output_size(), dtype));
    always_ = (workload.gradient_of_xs ? 2 : 1) * x;
    flow_ = workload.flow ? boundary_ : 0;
  }

  /// Segments of `segment` steps; 0: everything is kept.
  double peak(Index time, Index segment) const {
    const auto T = static_cast<double>(time);
    if (compiled_) {
      const Index kept = segment == 0 ? time : std::min(time, whole_chunks(segment));
      const Index segments = (time + kept - 1) / kept;
      return once_ + T * always_ + static_cast<double>(kept) * step_ +
             static_cast<double>(segments - 1) * boundary_;
    }
    // Outputs have a gradient from the loss before the pass comes to them.
    const Index outputs = workload_.outputs == 0 ? time : std::min(workload_.outputs, time);
    const auto waiting = [&](Index steps) {
      return static_cast<double>(std::min(outputs, steps) - 1) * output_;
    };
    if (segment == 0) return once_ + steps(time) + waiting(time);
    // xs, the packed outputs, their gradient, and dL/ds_t stand outside of the segments.
    const Index segments = (time + segment - 1) / segment;
    return once_ + T * (always_ + 2 * output_ + flow_) +
           static_cast<double>(segments + 1) * boundary_ + steps(segment) -
           static_cast<double>(segment) * always_ + waiting(segment);
  }

  /// The longest segments that fit, with a margin for what the model does not know; 0: all does;
  /// -1: nothing does.
  Index fitting(Index time, double budget) const {
    const double bytes = budget / margin;
    if (peak(time, 0) <= bytes) return 0;
    const Index chunk = chunk_of_segments();
    const Index half = ((time + 1) / 2 + chunk - 1) / chunk * chunk;  // two segments
    for (Index segment = half; segment > 0; segment -= chunk) {
      if (peak(time, segment) <= bytes) return segment;
    }
    return -1;
  }

  /// The segments that take least.
  Index leanest(Index time) const {
    Index best = 0;
    const Index chunk = chunk_of_segments();
    for (Index segment = chunk; segment < time; segment += chunk) {
      if (peak(time, segment) < peak(time, best)) best = segment;
    }
    return best;
  }

  /// The least that a budget has to be, over the prediction.
  static constexpr double margin = 1.1;

  bool is_compiled() const { return compiled_; }

 private:
  Index chunk_of_segments() const {
    return compiled_ ? compiled::steps_of_chunk(workload_.batch) : chunk_steps(workload_.batch);
  }
  Index whole_chunks(Index steps) const {
    const Index chunk = chunk_of_segments();
    return (steps + chunk - 1) / chunk * chunk;
  }

  /// Costs of a compiled recurrence: linear in the number of all steps and in that of steps whose
  /// values are kept at a time, beside what a chunk takes. False where it is not compiled.
  bool compiles(const AnyCell& cell) {
    compiled_ = true;
    const bool masked = workload_.masked > 0;
    const Index batch = workload_.batch, chunk = chunk_of_segments();
    const auto at = [&](Index time, const Memory& memory) {
      return measure(cell, time, batch, masked, memory);
    };
    if (workload_.time <= chunk) {
      const Index half = std::max<Index>(1, workload_.time / 2), whole = 2 * half;
      const double some = at(half, {}), all = at(whole, {});
      always_ = (all - some) / static_cast<double>(half);
      once_ = all - always_ * static_cast<double>(whole);
      return compiled_;
    }
    const auto steps = static_cast<double>(chunk);
    const Memory one_chunk = Memory::every(chunk);
    const double all = at(2 * chunk, {}), two = at(2 * chunk, one_chunk);
    if (!compiled_) return false;
    step_ = (all - two + boundary_) / steps;
    always_ = (at(3 * chunk, one_chunk) - two - boundary_) / steps;
    once_ = all - 2 * steps * (step_ + always_);
    return true;
  }

  double steps(Index count) const {
    const Index masked = std::min(count, workload_.masked);
    return static_cast<double>(count - masked) * step_ + static_cast<double>(masked) * masked_step_;
  }

  /// What measure() gives for the batch, which for a large one is not tried: it is linear.
  double at_batch(const AnyCell& cell, Index time, bool masked) {
    constexpr Index small = 16;
    if (workload_.batch <= 2 * small) return measure(cell, time, workload_.batch, masked);
    const double one = measure(cell, time, small, masked);
    const double two = measure(cell, time, 2 * small, masked);
    return one + (two - one) * static_cast<double>(workload_.batch - small) / small;
  }

  /// The peak of a training step over so few steps. What cannot be compiled is noted.
  double measure(const AnyCell& cell, Index time, Index batch, bool masked,
                 const Memory& memory = {}) {
    Tape tape(cell.dtype());
    const Tensor values(cell.dtype(), {time, batch, cell.sizes().input_size});
    const Var xs = workload_.gradient_of_xs ? tape.variable(values) : tape.input(values);
    UnrollOptions options;
    options.training = workload_.training;
    options.memory = memory;
    options.compile = compiled_;
    if (masked) {
      options.mask = Tensor(DType::boolean, {time, batch});  // no step counts: each masks
    }
    const Unrolled run = unroll(cell, xs, options);
    compiled_ = compiled_ && run.execution == "compiled";
    std::vector<Var> wanted(cell.params().begin(), cell.params().end());
    if (workload_.gradient_of_xs) wanted.push_back(xs);
    if (workload_.flow) {
      const auto states = run.all_states();
      wanted.insert(wanted.end(), states.begin(), states.end());
    }
    if (run.last().requires_grad()) {
      Tensor ones(cell.dtype(), run.last().shape());
      ones.fill(1);
      tape.backward(run.last(), wanted, ones);
    }
    return static_cast<double>(tape.peak_bytes());
  }

  Workload workload_;
  bool compiled_ = false;
  double once_ = 0, step_ = 0, masked_step_ = 0, always_ = 0, output_ = 0, boundary_ = 0, flow_ = 0;
};

/// The largest n in 1..most for which fits(n), which is monotone; 0 where there is none.
template <class F> Index largest(Index most, F&& fits) {
  Index low = 0, high = most + 1;
  while (high - low > 1) {
    const Index middle = low + (high - low) / 2;
    (fits(middle) ? low : high) = middle;
  }
  return low;
}

/// The ways to run a workload: compiled where it can be, else or where that is too much recorded.
class Ways {
 public:
  Ways(const AnyCell& cell, const Workload& workload)
      : cell_(cell), workload_(workload), first_(cell, workload) {}

  /// The plan that fits; none where a budget suffices for no way. `least` becomes the plan that
  /// would take least then.
  std::optional<MemoryPlan> plan(Index time, const Memory& memory, MemoryPlan& least) {
    if (!memory.is_budget()) {
      const bool full = memory.is_full();
      return planned(first_, time, full ? 0 : memory.segment_steps(time, workload_.batch));
    }
    for (const CostModel* costs = &first_; costs != nullptr; costs = after(costs)) {
      const Index segment = costs->fitting(time, static_cast<double>(memory.bytes()));
      if (segment >= 0) return planned(*costs, time, segment);
      const MemoryPlan leanest = planned(*costs, time, costs->leanest(time));
      if (least.peak == 0 || leanest.peak < least.peak) least = leanest;
    }
    return std::nullopt;
  }

 private:
  MemoryPlan planned(const CostModel& costs, Index time, Index segment) const {
    MemoryPlan plan;
    plan.segment = segment;
    plan.peak = static_cast<std::size_t>(std::ceil(costs.peak(time, segment)));
    plan.compiled = costs.is_compiled();
    if (&costs != &first_) {
      plan.recorded_because = "its memory budget does not suffice for a compiled one";
    }
    return plan;
  }
  const CostModel* after(const CostModel* costs) {
    if (costs != &first_ || !first_.is_compiled()) return nullptr;
    if (!second_) {
      Workload recorded = workload_;
      recorded.compile = false;
      second_.emplace(cell_, recorded);
    }
    return &*second_;
  }

  const AnyCell& cell_;
  Workload workload_;
  CostModel first_;
  std::optional<CostModel> second_;
};

[[noreturn]] void refuse(const AnyCell& cell, const Workload& workload, const Memory& memory,
                         std::size_t least) {
  MemoryPlan ignored;
  // The costs of a step do not depend on T, but for whether a chunk is full.
  const Index chunk = std::min(workload.time, compiled::steps_of_chunk(workload.batch));
  Workload one_chunk = workload;
  one_chunk.time = chunk;
  Ways many(cell, workload), few(cell, one_chunk);
  const Index time = largest(workload.time, [&](Index T) {
    return (T <= chunk ? few : many).plan(T, memory, ignored).has_value();
  });
  const Index batch = largest(workload.batch, [&](Index b) {
    Workload smaller = workload;
    smaller.batch = b;
    return Ways(cell, smaller).plan(workload.time, memory, ignored).has_value();
  });
  const double budget = CostModel::margin * static_cast<double>(least);
  std::string fix;
  if (time > 0) fix = "It suffices for T = " + std::to_string(time) + " at this batch";
  if (batch > 0) {
    fix += (fix.empty() ? "It suffices for batch " : ", or for batch ") + std::to_string(batch) +
           " at this T";
  }
  throw Error(ErrorKind::memory, "memory of cell '" + cell.name() + "'",
              "at least " + size_text_above(static_cast<std::size_t>(budget)) + " for T = " +
                  std::to_string(workload.time) + ", batch " + std::to_string(workload.batch),
              memory.text(), fix.empty() ? "Choose a smaller cell." : fix + ".");
}

}  // namespace

MemoryPlan plan_memory(const AnyCell& cell, const Workload& workload, const Memory& memory) {
  if (workload.time < 1 || workload.batch < 1) {
    throw Error(
        ErrorKind::argument, "plan_memory", "at least one step and one sequence",
        "T = " + std::to_string(workload.time) + ", batch " + std::to_string(workload.batch));
  }
  MemoryPlan least;
  if (const auto plan = Ways(cell, workload).plan(workload.time, memory, least)) return *plan;
  if (!workload.or_least) refuse(cell, workload, memory, least.peak);
  return least;
}

}  // namespace carousel::cells
