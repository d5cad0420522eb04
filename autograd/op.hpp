#pragma once
#include <autograd/var.hpp>
#include <autograd/view.hpp>
#include <initializer_list>
#include <vector>

namespace carousel {

class Sampler;

/// Constants of one recorded op. Each op says which it uses.
struct Attr {
  double scalar = 0;         ///< a constant operand
  Index axis = 0;            ///< an axis, or a set of axes as bits
  Index begin = 0, end = 0;  ///< a half-open range on that axis
  Shape shape;               ///< a target shape
};

/// The operands of a node, for shape rules and messages.
struct Operands {
  const View* view;
  int count;
  const char* op;  ///< name of the op, for messages
  const View& operator[](int i) const { return view[i]; }
};

/// What a forward body receives. It writes every element of y (and of saved, where the op has one)
/// and depends on nothing but x and attr, so that it can be run again.
struct Forward {
  Operands x;
  View y, saved;
  const Attr* attr;
};

/// One gradient to add to. `fresh`: nothing stands there yet, assign instead of adding.
struct Slot {
  View view;
  bool wanted = false;
  bool fresh = false;
};

/// What a pullback body receives: dx[i] += (∂y/∂x[i])ᵀ dy for every wanted i, in order of i.
struct Pullback {
  Operands x;
  View y, saved, dy;
  Slot* dx;
  const Attr* attr;
};

/// What a pullback reads besides dy and saved; bits.
enum Reads : unsigned { reads_nothing = 0, reads_x0 = 1, reads_x1 = 2, reads_x2 = 4, reads_y = 8 };

/// An operation: one constant, listed in ops/table.cpp. To add one, write its bodies and its Op in
/// a file of its family under ops/, its declaration in ops.hpp and its line in the table; the
/// sampler makes all automatic checks apply to it.
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
  /// Shape of a buffer that the forward body leaves for the pullback; null for none.
  Shape (*saved)(const Operands& x) = nullptr;
  /// Rows are independent: row r of y depends on row r of the row-wise inputs only. Licenses
  /// splitting the batch and tiling.
  bool row_wise = false;
  /// The pullback honours Slot::fresh; otherwise it finds zeros there.
  bool assigns = false;
  /// How often it can be differentiated (0: its output carries no gradient; 1: first order).
  int order = 1;
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
