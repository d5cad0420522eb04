#include <autograd/op_check.hpp>
#include <cmath>
#include <limits>

namespace carousel {
namespace {

std::string number(double x) {
  char text[32];
  std::snprintf(text, sizeof text, "%.6g", x);
  return text;
}

/// Equal, or both NaN, or as close as a few units in the last place.
bool as_stated(double found, double stated, double epsilon) {
  if (std::isnan(stated)) return std::isnan(found);
  if (std::isinf(stated)) return found == stated;
  return std::abs(found - stated) <= 16 * epsilon * std::abs(stated);
}

int numbers_of(const Op& op, const Edge& edge) {
  return edge.row ? static_cast<int>(edge.x.size()) : op.arity;
}

template <class T> void check_edge(const Op& op, const Edge& edge, OpCheck& result) {
  constexpr DType dtype = dtype_of<T>();
  const double epsilon = std::numeric_limits<T>::epsilon();
  const int count = numbers_of(op, edge);
  T x[3], dx[3] = {}, y = 0, dy = 1;
  std::vector<View> views;
  std::vector<Slot> slots;
  for (int i = 0; i < count; ++i) {
    x[i] = static_cast<T>(edge.x[static_cast<std::size_t>(i)]);
    const double exact = edge.x[static_cast<std::size_t>(i)];
    if (!std::isnan(exact) && static_cast<double>(x[i]) != exact) return;  // not of this dtype
    views.push_back(dense(&x[i], Shape{1}, dtype));
    slots.push_back({dense(&dx[i], Shape{1}, dtype), true, false});
  }
  const Shape shape = edge.row ? Shape{} : Shape{1};
  if (edge.row) views[0].shape = slots[0].view.shape = Shape{count};
  Attr attr;
  attr.scalar = edge.scalar;
  const Operands operands{views.data(), op.arity, op.name};
  bool mask = false;
  op.forward(
      {operands,
       op.gives == Gives::mask ? dense(&mask, shape, DType::boolean) : dense(&y, shape, dtype),
       &attr});
  if (mask) y = 1;
  const auto compare = [&](double found, double stated, const char* what) {
    ++result.edges;
    if (as_stated(found, static_cast<T>(stated), epsilon)) return;
    result.faults.push_back(std::string(op.name) + " in " + name(dtype) + " at " +
                            to_string(op, edge) + ": " + what + " " + number(found));
  };
  compare(y, edge.y, "value");
  if (!op.differentiable) return;
  op.pullback({operands, dense(&y, shape, dtype), dense(&dy, shape, dtype), slots.data(), &attr});
  for (int i = 0; i < count; ++i) {
    compare(dx[i], edge.dx[static_cast<std::size_t>(i)], "slope");
  }
}

}  // namespace

std::string to_string(const Op& op, const Edge& edge) {
  std::string at = "(", slopes;
  for (int i = 0; i < numbers_of(op, edge); ++i) {
    const auto k = static_cast<std::size_t>(i);
    at += (i > 0 ? ", " : "") + number(edge.x[k]);
    slopes += (i > 0 ? ", " : "") + number(edge.dx[k]);
  }
  at += ") -> " + number(edge.y);
  return op.differentiable ? at + ", slope " + slopes : at;
}

void check_edges(const Op& op, OpCheck& result) {
  for (int i = 0; i < op.edges.count; ++i) {
    check_edge<float>(op, op.edges.first[i], result);
    check_edge<double>(op, op.edges.first[i], result);
  }
}

}  // namespace carousel
