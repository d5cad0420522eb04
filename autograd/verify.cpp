#include <algorithm>
#include <autograd/support/random.hpp>
#include <autograd/verify.hpp>
#include <cmath>
#include <limits>
#include <map>

namespace carousel {
namespace {

constexpr double step_size = 1e-5;
constexpr double not_a_number = std::numeric_limits<double>::quiet_NaN();

double dot(const Tensor& a, const Tensor& b) {
  double sum = 0;
  for (Index i = 0; i < a.size(); ++i) sum += a.at(i) * b.at(i);
  return sum;
}

Tensor random_like(const Shape& shape, Random& random) {
  Tensor t(DType::float64, shape);
  for (Index i = 0; i < t.size(); ++i) t.set(i, random.normal());
  return t;
}

/// float64 memory for a view, with NaN between the rows where the original has other elements.
struct Strided {
  Tensor memory;
  View view;
  Strided(const Shape& shape, bool gaps)
      : memory(DType::float64,
               {std::max<Index>(shape.rows(), 1), shape.columns() + (gaps ? 2 : 0)}),
        view{memory.raw(), shape, memory.shape()[1], DType::float64} {
    memory.fill(not_a_number);
  }
  void assign(const Tensor& values) {
    copy(dense(const_cast<void*>(values.raw()), values.shape(), DType::float64), view);
  }
  Tensor values() const {
    Tensor t(DType::float64, view.shape);
    copy(view, dense(t.raw(), view.shape, DType::float64));
    return t;
  }
};

/// One node, re-run in float64 on copies of its operands.
class NodeCheck {
 public:
  NodeCheck(const Tape& tape, const Node& node) : op_(*node.op), attr_(node.attr) {
    const std::uint32_t* in = tape.inputs(node);
    for (std::uint32_t i = 0; i < node.input_count; ++i) {
      const View& value = tape.nodes()[in[i]].value;
      views_.push_back(value);
      floating_.push_back(is_floating(value.dtype));
      const bool gaps = !value.contiguous();
      storage_.emplace_back(floating_.back() ? value.shape : Shape{}, gaps);
      if (!floating_.back()) {
        values_.emplace_back();
        continue;
      }
      Tensor original(value.dtype, value.shape);
      copy(value, dense(original.raw(), value.shape, value.dtype));
      values_.push_back(original.to(DType::float64));
      storage_.back().assign(values_.back());
      views_.back() = storage_.back().view;
    }
    shape_ = node.value.shape;
  }

  int count() const { return static_cast<int>(views_.size()); }
  bool floating(int i) const { return floating_[static_cast<std::size_t>(i)]; }
  const Tensor& value(int i) const { return values_[static_cast<std::size_t>(i)]; }
  const Shape& shape() const { return shape_; }

  /// y, with input i replaced by `moved` (i < 0: as recorded).
  Tensor forward(int i = -1, const Tensor& moved = {}) {
    if (i >= 0) storage_[static_cast<std::size_t>(i)].assign(moved);
    Tensor y(DType::float64, shape_);
    const View out = dense(y.raw(), shape_, DType::float64);
    if (op_.view != nullptr) {
      copy(op_.view(views_[0], attr_), out);
    } else {
      if (op_.saved != nullptr) saved_ = Tensor(DType::float64, op_.saved(operands()));
      op_.forward({operands(), out, saved_view(), &attr_});
    }
    if (i >= 0) storage_[static_cast<std::size_t>(i)].assign(value(i));
    return y;
  }

  /// The gradients for cotangent u. `base`: add to these instead of assigning. Operands that the
  /// op says its pullback does not read are NaN.
  std::vector<Tensor> pullback(const Tensor& y, const Tensor& u, const std::vector<Tensor>* base) {
    std::vector<Strided> dx;
    std::vector<Slot> slots(views_.size());
    for (int i = 0; i < count(); ++i) {
      const auto at = static_cast<std::size_t>(i);
      dx.emplace_back(floating(i) ? views_[at].shape : Shape{},
                      base != nullptr && op_.view == nullptr);
      if (!floating(i)) continue;
      const bool fresh = base == nullptr && op_.assigns;
      if (!fresh)
        dx.back().assign(base != nullptr ? (*base)[at] : Tensor(DType::float64, views_[at].shape));
      slots[at] = {dx.back().view, true, fresh};
    }
    const View dy = dense(const_cast<void*>(u.raw()), shape_, DType::float64);
    if (op_.view != nullptr) {
      if (base == nullptr) fill_zero(dx[0].view);
      accumulate(dy, op_.view(dx[0].view, attr_));
    } else {
      std::vector<View> seen = views_;
      std::vector<Strided> poison;
      poison.reserve(views_.size());
      for (int i = 0; i < count(); ++i) {
        if (!floating(i) || (op_.arity > 0 && (op_.reads >> i & 1U) != 0)) continue;
        poison.emplace_back(seen[static_cast<std::size_t>(i)].shape, false);
        seen[static_cast<std::size_t>(i)] = poison.back().view;
      }
      Tensor hidden(DType::float64, shape_);
      hidden.fill(not_a_number);
      const Tensor& read_y = (op_.reads & reads_y) != 0 ? y : hidden;
      op_.pullback({{seen.data(), count(), op_.name},
                    dense(const_cast<void*>(read_y.raw()), shape_, DType::float64),
                    saved_view(),
                    dy,
                    slots.data(),
                    &attr_});
    }
    std::vector<Tensor> result;
    for (int i = 0; i < count(); ++i) {
      result.push_back(floating(i) ? dx[static_cast<std::size_t>(i)].values() : Tensor());
    }
    return result;
  }

 private:
  Operands operands() const { return {views_.data(), count(), op_.name}; }
  View saved_view() { return dense(saved_.raw(), saved_.shape(), DType::float64); }

  const Op& op_;
  Attr attr_;
  std::vector<View> views_;
  std::vector<bool> floating_;
  std::vector<Tensor> values_;
  std::vector<Strided> storage_;
  Tensor saved_;
  Shape shape_;
};

/// ⟨u, forward⟩ a step h along v either way: the central difference, the rounding error in it, and
/// by how much the slopes of the two sides differ.
struct Difference {
  double value, rounding, bend;
};

Difference central(NodeCheck& check, int i, const Tensor& v, const Tensor& u, const Tensor& y,
                   double h) {
  const auto moved = [&](double by) {
    Tensor x = check.value(i);
    for (Index j = 0; j < x.size(); ++j) x.set(j, x.at(j) + by * v.at(j));
    return x;
  };
  const Tensor plus = check.forward(i, moved(h)), minus = check.forward(i, moved(-h));
  double size = 0, sum = 0, bend = 0;
  for (Index j = 0; j < u.size(); ++j) {
    bend += u.at(j) * ((plus.at(j) - y.at(j)) - (y.at(j) - minus.at(j)));
    sum += u.at(j) * (plus.at(j) - minus.at(j));
    size += std::abs(u.at(j)) * (std::abs(plus.at(j)) + std::abs(minus.at(j)));
  }
  return {sum / (2 * h), 20 * std::numeric_limits<double>::epsilon() * size / (2 * h), bend / h};
}

/// A random direction in which every element moves in proportion to its size, so that a domain
/// such as x > 0 is not left.
Tensor direction(const Tensor& x, Random& random) {
  Tensor v(DType::float64, x.shape());
  double largest = 0;
  for (Index j = 0; j < x.size(); ++j) largest = std::max(largest, std::abs(x.at(j)));
  for (Index j = 0; j < x.size(); ++j) {
    const double size = std::abs(x.at(j)) > 0 ? std::abs(x.at(j)) : (largest > 0 ? largest : 1);
    v.set(j, size * random.normal());
  }
  return v;
}

}  // namespace

Verification verify(const Tape& tape, const VerifyOptions& options) {
  Verification result;
  Random random(options.seed, "verify");
  std::map<std::string, Index> seen;
  for (std::uint32_t id = 0; id < tape.nodes().size(); ++id) {
    const Node& node = tape.nodes()[id];
    if (node.op == nullptr || node.op->order == 0 || node.value.shape.size() == 0 ||
        !is_floating(node.value.dtype)) {
      continue;
    }
    if (options.most_per_op > 0 && ++seen[node.op->name] > options.most_per_op) continue;
    NodeCheck check(tape, node);
    const Tensor y = check.forward();
    const Tensor u = random_like(check.shape(), random);
    std::vector<Tensor> dx = check.pullback(y, u, nullptr);
    const std::vector<Tensor> twice = check.pullback(y, u, &dx);
    std::vector<Tensor> once_more = dx;
    for (std::size_t i = 0; i < dx.size(); ++i) {
      for (Index j = 0; j < dx[i].size(); ++j) once_more[i].set(j, twice[i].at(j) - dx[i].at(j));
    }
    if (options.mutation) options.mutation(*node.op, dx);

    for (int i = 0; i < check.count(); ++i) {
      if (!check.floating(i) || check.value(i).size() == 0) continue;
      const auto at = static_cast<std::size_t>(i);
      const Tensor v = direction(check.value(i), random);
      const double pullback = dot(dx[at], v), added = dot(once_more[at], v);
      const Difference near = central(check, i, v, u, y, step_size);
      const Difference far = central(check, i, v, u, y, 2 * step_size);
      double terms = 0;
      for (Index j = 0; j < v.size(); ++j) terms += std::abs(dx[at].at(j) * v.at(j));
      ++result.checked;
      if (node.op->view != nullptr) ++result.views;
      const double disagreement = std::abs(near.value - far.value);
      const double negligible = 1e-3 * (std::abs(near.value) + terms) + 4 * near.rounding;
      // Exactly at a kink the central differences agree with each other, not with either side. A
      // smooth function's bend doubles with the step, a kink's does not.
      const bool bent =
          std::abs(near.bend) > negligible && std::abs(far.bend) < 1.5 * std::abs(near.bend);
      if (disagreement > negligible || bent) {
        ++result.kinks;
        continue;
      }
      const double bound =
          options.tolerance * (terms + std::abs(near.value)) + near.rounding + disagreement;
      const auto report = [&](double value) {
        if (std::abs(value - near.value) <= bound) return true;  // false for NaN
        result.findings.push_back({tape.describe(id), id, i, value, near.value, bound});
        return false;
      };
      if (report(pullback)) report(added);
    }
  }
  return result;
}

namespace {
std::string short_number(double x) {
  char text[32];
  std::snprintf(text, sizeof text, "%.6g", x);
  return text;
}
}  // namespace

std::string Finding::text() const {
  return "node " + std::to_string(node) + " (" + op + ") input " + std::to_string(input) +
         ": pullback " + short_number(pullback) + ", difference " + short_number(difference) +
         (std::isfinite(pullback) && std::isfinite(difference)
              ? " (may differ by " + short_number(bound) + ")"
              : " (its operands or its value are not finite there)");
}

std::string Verification::text() const {
  std::string text = std::to_string(checked) + " directional checks, " +
                     std::to_string(findings.size()) + " wrong, " + std::to_string(kinks) +
                     " skipped at kinks";
  constexpr std::size_t most = 10;
  for (std::size_t i = 0; i < std::min(findings.size(), most); ++i) {
    text += "\n  " + findings[i].text();
  }
  if (findings.size() > most) {
    text += "\n  and " + std::to_string(findings.size() - most) + " more";
  }
  return text;
}

}  // namespace carousel
