#include <algorithm>
#include <autograd/failures/misuse.hpp>
#include <autograd/grad.hpp>
#include <autograd/ops.hpp>
#include <autograd/ops/table.hpp>
#include <autograd/support/error.hpp>
#include <cstring>
#include <map>

namespace carousel {
namespace detail {

/// A pass back that records what it computes.
class GraphPass {
 public:
  GraphPass(const Var& y, const std::vector<Var>& xs)
      : tape_(y.tape()), last_(y.id()), step_(tape_.step_), anomaly_(tape_.anomaly_) {
    tape_.check_start(y);
    tape_.check_params();
    if (!tape_.recording_gradients_) {
      throw Error(ErrorKind::argument, "grad with create_graph", "a tape that records gradients",
                  "one under NoGrad", "Leave the scope of NoGrad, or use Tape::backward().");
    }
    needed_.assign(last_ + 1, false);
    for (const Var& x : xs) {
      wanted_.push_back(tape_.value_of(tape_.differentiable(x)));
      if (wanted_.back().id() <= last_) needed_[wanted_.back().id()] = true;
    }
    for (std::uint32_t id = 0; id <= last_; ++id) {
      const Node& node = tape_.nodes()[id];
      const std::uint32_t* in = tape_.inputs(node);
      needed_[id] = needed_[id] || (node.requires_grad &&
                                    std::any_of(in, in + node.input_count,
                                                [this](std::uint32_t i) { return needed_[i]; }));
    }
  }

  ~GraphPass() {  // also when something throws
    tape_.step_ = step_;
    tape_.anomaly_.on = anomaly_.on;
  }
  GraphPass(const GraphPass&) = delete;
  GraphPass& operator=(const GraphPass&) = delete;

  std::vector<Var> run(const Var& y, const Var& seed) {
    if (&seed.tape() != &tape_) throw two_tapes(tape_, seed);
    if (seed.dtype() != tape_.dtype() || seed.shape() != y.shape()) {
      throw wrong_seed(tape_, y.id(), seed.dtype(), seed.shape());
    }
    if (needed_[last_]) gradients_[y.id()].sum = seed;
    // Nodes are recorded while this goes on, but none with a number up to last_.
    while (!gradients_.empty()) {
      const auto entry = std::prev(gradients_.end());
      const std::uint32_t id = entry->first;
      const Var dy = collected(entry->second, tape_.value_of(id).shape());
      gradients_.erase(entry);
      for (const Var& x : wanted_) {
        if (x.id() == id) results_[id] = dy;
      }
      pull(id, dy);
    }
    tape_.step_ = step_;
    std::vector<Var> found;
    for (const Var& x : wanted_) {
      const auto result = results_.find(x.id());
      found.push_back(result != results_.end() ? result->second : tape_.zeros(x.shape()));
    }
    return found;
  }

 private:
  /// What flows back to a value: a sum, and what goes to parts of it only.
  struct Gradient {
    Var sum;
    std::vector<std::pair<Attr, Var>> parts;
  };

  Var collected(Gradient& gradient, const Shape& shape) {
    for (const Var& part : joined(gradient.parts, shape)) {
      gradient.sum = gradient.sum ? gradient.sum + part : part;
    }
    return gradient.sum;
  }

  /// The parts under the shape of the whole. Steps of a sequence or gates of a product, which do
  /// not overlap, become one value, so that T steps cost T, not T times T.
  std::vector<Var> joined(std::vector<std::pair<Attr, Var>>& parts, const Shape& shape) {
    std::vector<Var> result;
    if (parts.empty()) return result;
    std::sort(parts.begin(), parts.end(), [](const auto& a, const auto& b) {
      return std::pair(a.first.axis, a.first.begin) < std::pair(b.first.axis, b.first.begin);
    });
    const auto axis = static_cast<int>(parts.front().first.axis);
    std::vector<Var> pieces;
    Index end = 0;
    const auto gap = [&](Index to) {
      if (to > end) pieces.push_back(tape_.zeros(shape.with(axis, to - end)));
    };
    for (const auto& [range, part] : parts) {
      if (range.axis == axis && range.begin >= end) {
        gap(range.begin);
        pieces.push_back(part);
        end = range.end;
      } else {
        result.push_back(pad(part, static_cast<int>(range.axis), range.begin,
                             shape[static_cast<int>(range.axis)] - range.end));
      }
    }
    gap(shape[axis]);
    result.push_back(pieces.size() == 1 ? pieces.front() : concat(pieces, axis));
    return result;
  }

  void pull(std::uint32_t id, const Var& dy) {
    const Node node = tape_.nodes()[id];  // a copy: the tape grows
    const std::vector<std::uint32_t> in(tape_.inputs(node), tape_.inputs(node) + node.input_count);
    std::vector<bool> wanted;
    for (const std::uint32_t i : in) wanted.push_back(needed_[i]);
    if (std::none_of(wanted.begin(), wanted.end(), [](bool w) { return w; })) return;
    tape_.set_step(node.step);
    if (node.op == &detail::slice_op) {
      gradients_[in[0]].parts.emplace_back(node.attr, dy);
      return;
    }
    if (node.op->graph == nullptr) {
      throw Error(
          ErrorKind::argument, "grad with create_graph",
          "ops that can be differentiated more than once", tape_.describe(id),
          node.composite >= 0
              ? "It keeps some states only; unroll it with memory full."
              : "Its Op has no `graph`; without create_graph it can be differentiated once.");
    }
    std::vector<Var> x, dx(in.size());
    for (const std::uint32_t i : in) x.push_back(tape_.value_of(i));
    // What it records for operands that nobody asked for, or what a `where` leaves out, may be
    // anything; the gradients themselves are looked at.
    tape_.anomaly_.on = false;
    node.op->graph({x, tape_.value_of(id), dy, wanted, node.attr, dx});
    tape_.anomaly_.on = anomaly_.on;
    for (std::size_t i = 0; i < in.size(); ++i) {
      if (!wanted[i] || !dx[i]) continue;
      check(id, static_cast<std::uint32_t>(i), dx[i], dy);
      Var& sum = gradients_[in[i]].sum;
      sum = sum ? sum + dx[i] : dx[i];
    }
  }

  void check(std::uint32_t id, std::uint32_t operand, const Var& dx, const Var& dy) {
    const std::uint32_t x = tape_.inputs(tape_.nodes()[id])[operand];
    if (dx.shape() != tape_.nodes()[x].value.shape) {
      throw Error(ErrorKind::argument, std::string("graph of ") + tape_.nodes()[id].op->name,
                  "a gradient of the shape of operand " + std::to_string(operand) + ", " +
                      to_string(tape_.nodes()[x].value.shape),
                  to_string(dx.shape()));
    }
    if (!anomaly_.on) return;
    GradientWatch watch(tape_, last_, anomaly_.infinity, /*throws=*/true);
    watch.check(tape_, id, operand, value(dx), value(dy));
  }

  static const View& value(const Var& v) { return v.tape().nodes()[v.id()].value; }

  Tape& tape_;
  std::uint32_t last_;
  std::int32_t step_;  // of the tape, before
  AnomalyMode anomaly_;
  std::vector<Var> wanted_;
  std::vector<bool> needed_;  // lies between y and the xs
  std::map<std::uint32_t, Gradient> gradients_;
  std::map<std::uint32_t, Var> results_;
};

}  // namespace detail

namespace {

using detail::GraphPass;

void check_pairs(const char* where, const std::vector<Var>& xs, const std::vector<Var>& vs) {
  if (xs.size() != vs.size()) {
    throw Error(ErrorKind::argument, where, std::to_string(xs.size()) + " vectors, one for each x",
                std::to_string(vs.size()));
  }
  for (std::size_t i = 0; i < xs.size(); ++i) {
    if (xs[i].shape() == vs[i].shape()) continue;
    throw Error(
        ErrorKind::argument, where,
        "a vector of x's shape " + to_string(xs[i].shape()) + " at position " + std::to_string(i),
        to_string(vs[i].shape()));
  }
}

Var one_like(const Var& y) {
  if (y.shape().size() != 1) {
    throw Error(ErrorKind::argument, "grad", "a y of one element", to_string(y.shape()),
                "Reduce it with sum or mean, or give a seed of its shape.");
  }
  return y.tape().zeros(y.shape()) + 1.0;
}

/// Σ ⟨a_i, b_i⟩; empty where no a_i carries a gradient.
Var dot(const std::vector<Var>& as, const std::vector<Var>& bs) {
  Var total;
  for (std::size_t i = 0; i < as.size(); ++i) {
    if (!as[i].requires_grad()) continue;
    const Var term = sum(as[i] * bs[i]);
    total = total ? total + term : term;
  }
  return total;
}

std::vector<Var> zeros_like(const std::vector<Var>& xs, Tape& tape) {
  std::vector<Var> zeros;
  for (const Var& x : xs) zeros.push_back(tape.zeros(x.shape()));
  return zeros;
}

}  // namespace

std::vector<Var> grad(const Var& y, const std::vector<Var>& xs, const Var& seed,
                      bool create_graph) {
  Tape& tape = y.tape();
  if (create_graph) return GraphPass(y, xs).run(y, seed);
  std::vector<Var> result;
  std::vector<Tensor> values;
  {
    const Adjoints adjoints = tape.backward(y, xs, seed.value());
    for (const Var& x : xs) values.push_back(adjoints[x]);
  }
  for (const Tensor& value : values) result.push_back(tape.input(value));
  return result;
}

std::vector<Var> grad(const Var& y, const std::vector<Var>& xs, bool create_graph) {
  return grad(y, xs, one_like(y), create_graph);
}

std::vector<Var> vjp(const Var& y, const std::vector<Var>& xs, const Var& v) {
  return grad(y, xs, v, /*create_graph=*/true);
}

Var jvp(const Var& y, const std::vector<Var>& xs, const std::vector<Var>& vs) {
  check_pairs("jvp", xs, vs);
  // ⟨(∂y/∂x)ᵀ u, v⟩ is linear in u, and its derivative by u is (∂y/∂x) v.
  const Var u = y.tape().zeros(y.shape(), /*requires_grad=*/true);
  const Var product = dot(vjp(y, xs, u), vs);
  if (!product) return y.tape().zeros(y.shape());
  return grad(product, {u}, /*create_graph=*/true)[0];
}

std::vector<Var> hvp(const Var& y, const std::vector<Var>& xs, const std::vector<Var>& vs) {
  check_pairs("hvp", xs, vs);
  const std::vector<Var> slopes = grad(y, xs, /*create_graph=*/true);
  const auto moves = [](const Var& v) { return v.requires_grad(); };
  if (std::none_of(vs.begin(), vs.end(), moves)) {
    const Var slope = dot(slopes, vs);
    return slope ? grad(slope, xs, /*create_graph=*/true) : zeros_like(xs, y.tape());
  }
  // Were the vs differentiated as well, H v would not be all that comes out: ⟨H u, v⟩ is linear in
  // u, and its derivative by u is H v for the symmetric H.
  std::vector<Var> us;
  for (const Var& x : xs) us.push_back(y.tape().zeros(x.shape(), /*requires_grad=*/true));
  const Var slope = dot(slopes, us);
  if (!slope) return zeros_like(xs, y.tape());
  const Var product = dot(grad(slope, xs, /*create_graph=*/true), vs);
  return product ? grad(product, us, /*create_graph=*/true) : zeros_like(xs, y.tape());
}

Tensor jacobian(const Var& y, const Var& x) {
  Tape& tape = y.tape();
  const Index rows = y.shape().size(), columns = x.shape().size();
  Tensor result(tape.dtype(), {rows, columns});
  Tensor seed(tape.dtype(), y.shape());
  auto* to = static_cast<std::byte*>(result.raw());
  for (Index r = 0; r < rows && y.requires_grad(); ++r) {
    seed.fill(0);
    seed.set(r, 1);
    const Tensor row = tape.backward(y, {x}, seed)[x];
    std::memcpy(to + static_cast<std::size_t>(r) * row.bytes(), row.raw(), row.bytes());
  }
  return result;
}

Tensor hessian(const Var& y, const Var& x) { return jacobian(grad(y, {x}, true)[0], x); }

}  // namespace carousel
