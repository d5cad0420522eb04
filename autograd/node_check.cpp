#include <algorithm>
#include <autograd/node_check.hpp>
#include <cmath>
#include <limits>

namespace carousel::detail {
namespace {

constexpr double not_a_number = std::numeric_limits<double>::quiet_NaN();

}  // namespace

NodeCheck::Strided::Strided(const Shape& shape, bool gaps)
    : memory(DType::float64, {std::max<Index>(shape.rows(), 1), shape.columns() + (gaps ? 2 : 0)}),
      view{memory.raw(), shape, memory.shape()[1], DType::float64} {
  memory.fill(not_a_number);
}

void NodeCheck::Strided::assign(const Tensor& values) const { copy(values.view(), view); }

Tensor NodeCheck::Strided::values() const {
  Tensor t(DType::float64, view.shape);
  copy(view, t.view());
  return t;
}

NodeCheck::NodeCheck(const Tape& tape, const Node& node)
    : op_(*node.op),
      attr_(node.attr),
      shape_(node.value.shape),
      dtype_(is_floating(node.value.dtype) ? DType::float64 : node.value.dtype) {
  const std::uint32_t* in = tape.inputs(node);
  for (std::uint32_t i = 0; i < node.input_count; ++i) {
    const View& value = tape.nodes()[in[i]].value;
    views_.push_back(value);
    floating_.push_back(is_floating(value.dtype));
    storage_.emplace_back(floating_.back() ? value.shape : Shape{}, !value.contiguous());
    if (!floating_.back()) {
      values_.emplace_back();
      continue;
    }
    Tensor original(value.dtype, value.shape);
    copy(value, original.view());
    values_.push_back(original.to(DType::float64));
    storage_.back().assign(values_.back());
    views_.back() = storage_.back().view;
  }
}

void NodeCheck::set(int i, const Tensor& value) {
  values_[static_cast<std::size_t>(i)] = value;
  storage_[static_cast<std::size_t>(i)].assign(value);
}

Tensor NodeCheck::forward(int i, const Tensor& moved) {
  if (i >= 0) storage_[static_cast<std::size_t>(i)].assign(moved);
  Tensor y(dtype_, shape_);
  if (op_.view != nullptr) {
    copy(op_.view(views_[0], attr_), y.view());
  } else {
    op_.forward({{views_.data(), count(), op_.name}, y.view(), &attr_});
  }
  if (i >= 0) storage_[static_cast<std::size_t>(i)].assign(value(i));
  return y;
}

std::vector<Tensor> NodeCheck::pullback(const Tensor& y, const Tensor& u,
                                        const std::vector<Tensor>* base, int unwanted) {
  std::vector<Strided> dx;
  std::vector<Slot> slots(views_.size());
  for (int i = 0; i < count(); ++i) {
    const auto at = static_cast<std::size_t>(i);
    dx.emplace_back(floating(i) ? views_[at].shape : Shape{},
                    base != nullptr && op_.view == nullptr);
    if (!floating(i)) continue;
    const bool fresh = base == nullptr && op_.assigns;
    if (!fresh) {
      dx.back().assign(base != nullptr ? (*base)[at] : Tensor(DType::float64, views_[at].shape));
    }
    slots[at] = {dx.back().view, true, fresh};
  }
  if (unwanted >= 0) {
    Slot& slot = slots[static_cast<std::size_t>(unwanted)];
    fill_zero(slot.view);
    slot.wanted = slot.fresh = false;
  }
  if (op_.view != nullptr) {
    if (base == nullptr) fill_zero(dx[0].view);
    accumulate(u.view(), op_.view(dx[0].view, attr_));
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
    op_.pullback({{seen.data(), count(), op_.name}, read_y.view(), u.view(), slots.data(), &attr_});
  }
  std::vector<Tensor> result;
  for (int i = 0; i < count(); ++i) {
    result.push_back(floating(i) ? dx[static_cast<std::size_t>(i)].values() : Tensor());
  }
  return result;
}

double Differences::disagreement() const { return std::abs(near.value - far.value); }

bool Differences::kink(double terms) const {
  const double negligible = 1e-3 * (std::abs(near.value) + terms) + 4 * near.rounding;
  // Exactly at a kink the central differences agree with each other, not with either side. A smooth
  // function's bend doubles with the step, a kink's does not.
  const bool bent =
      std::abs(near.bend) > negligible && std::abs(far.bend) < 1.5 * std::abs(near.bend);
  return disagreement() > negligible || bent;
}

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

Tensor moved(const Tensor& x, const Tensor& v, double by) {
  Tensor result = x;
  for (Index j = 0; j < x.size(); ++j) result.set(j, x.at(j) + by * v.at(j));
  return result;
}

Difference central(const Tensor& u, const Tensor& minus, const Tensor& y, const Tensor& plus,
                   double h) {
  double size = 0, sum = 0, bend = 0;
  for (Index j = 0; j < u.size(); ++j) {
    bend += u.at(j) * ((plus.at(j) - y.at(j)) - (y.at(j) - minus.at(j)));
    sum += u.at(j) * (plus.at(j) - minus.at(j));
    size += std::abs(u.at(j)) * (std::abs(plus.at(j)) + std::abs(minus.at(j)));
  }
  return {sum / (2 * h), 20 * std::numeric_limits<double>::epsilon() * size / (2 * h), bend / h};
}

}  // namespace carousel::detail
