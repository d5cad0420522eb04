#pragma once
#include <array>
#include <autograd/var.hpp>
#include <autograd/view.hpp>
#include <initializer_list>
#include <vector>

namespace carousel {

class Sampler;
namespace detail {
class Terms;
struct ElementwiseKernel;
}  // namespace detail

/// Constants of one recorded op. Each op says which it uses.
struct Attr {
  double scalar = 0;         ///< a constant operand
  Index axis = 0;            ///< an axis, or a set of axes or flags as bits
  Index begin = 0, end = 0;  ///< a half-open range on that axis
  Index step = 1;            ///< from one element of the range to the next; may be negative
  Shape shape;               ///< a target shape, or an order of axes
};

/// The operands of a node, for shape rules and messages.
struct Operands {
  const View* view;
  int count;
  const char* op;  ///< name of the op, for messages
  const View& operator[](int i) const { return view[i]; }
};

/// What a forward body receives. It writes every element of y and depends on nothing but x and
/// attr, so that it can be run again.
struct Forward {
  Operands x;
  View y;
  const Attr* attr;
  bool add = false;  ///< add to what stands in y, whose rows may be apart; only where Op::adds
};

/// One gradient to add to. `fresh`: nothing stands there yet, assign instead of adding.
struct Slot {
  View view;
  bool wanted = false;
  bool fresh = false;
};

/// What a pullback body receives: dx[i] += (∂y/∂x[i])ᵀ dy for every wanted i, in order of i. Where
/// dx[i].wanted is false there is nothing to write to.
struct Pullback {
  Operands x;
  View y, dy;
  Slot* dx;
  const Attr* attr;
};

/// The same on a tape, for derivatives of derivatives: records dx[i] = (∂y/∂x[i])ᵀ dy for every
/// wanted i. A dx[i] left empty is zero.
struct GraphPullback {
  const std::vector<Var>& x;
  const Var& y;
  const Var& dy;
  const std::vector<bool>& wanted;
  const Attr& attr;
  std::vector<Var>& dx;
};

/// What a pullback reads besides dy; bits.
enum Reads : unsigned { reads_nothing = 0, reads_x0 = 1, reads_x1 = 2, reads_x2 = 4, reads_y = 8 };

/// The dtype of an op's value: the tape's, that of its first operand, or boolean.
enum class Gives : std::uint8_t { floating, as_operand, mask };

/// A value at the edge of an op's domain and what becomes of it; see check_edges.
struct Edge {
  std::array<double, 3> x;   ///< operands
  double y;                  ///< value
  std::array<double, 3> dx;  ///< derivatives
  double scalar = 0;         ///< Attr::scalar
  bool row = false;          ///< x are the elements of one row, which y is a reduction of
};
struct Edges {
  const Edge* first = nullptr;
  int count = 0;
};

/// An operation: one constant, listed in ops/table.cpp. To add one, write its bodies and its Op in
/// a file of its family under ops/ (elementwise bodies under kernels/bodies/), its line in
/// ops/table.cpp and what a user calls in ops.hpp; the sampler makes all automatic checks apply.
struct Op {
  const char* name;
  const char* doc;  ///< the formula, one line
  int arity;        ///< number of inputs, -1 for any
  /// Shape of the output; throws an Error that names the axes where the inputs do not fit.
  Shape (*shape)(const Operands& x, const Attr& attr);
  void (*forward)(const Forward& k);
  void (*pullback)(const Pullback& k);
  /// Records examples of valid shapes, attributes and domains for the automatic checks.
  void (*sample)(Sampler& s);
  unsigned reads = reads_nothing;
  /// Set for views: no bodies; the output is this part of the input's elements, and the output's
  /// gradient the same part of the input's gradient.
  View (*view)(const View& x, const Attr& attr) = nullptr;
  /// The pullback as a sum of other ops, where it is one; see ops/terms.hpp.
  void (*terms)(detail::Terms& k) = nullptr;
  /// The pullback as ops on a tape; null where it can be differentiated once only.
  void (*graph)(const GraphPullback& k) = nullptr;
  /// What forward and pullback run, where they are a body of ops/elementwise.hpp: for a plan that
  /// puts the loop together once.
  const detail::ElementwiseKernel& (*kernel)() = nullptr;
  /// Rows are independent: row r of y depends on row r of the row-wise inputs only. Licenses
  /// splitting the batch and tiling.
  bool row_wise = false;
  /// The pullback honours Slot::fresh; otherwise it finds zeros there.
  bool assigns = false;
  /// The forward body honours Forward::add.
  bool adds = false;
  Gives gives = Gives::floating;
  /// Whether a gradient passes. Not where the derivative is zero everywhere, or not defined.
  bool differentiable = true;
  /// What happens at zeros, infinities, NaN, denormal numbers, in saturation.
  Edges edges;
};

/// Puts an op on the tape of its operands: checks shapes and dtypes, computes the value, and
/// remembers the node when a gradient may be asked for. The one way values come into being.
Var record(const Op& op, std::initializer_list<const Var*> inputs, const Attr& attr = {});
Var record(const Op& op, const std::vector<Var>& inputs, const Attr& attr = {});

namespace detail {
Var record(const Op& op, const Var* const* inputs, int count, const Attr& attr);
}

/// Every op of the library, in the order of ops.hpp.
const std::vector<const Op*>& all_ops();

}  // namespace carousel
