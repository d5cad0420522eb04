#pragma once
#include <autograd/ops/make.hpp>

/// Pullbacks of ops that move elements or multiply matrices: sums of other ops, written once.
///
///     void linear_terms(Terms& k) {                        // y = x Wᵀ
///       k.add(0, times_op, {k.dy(), k.x(1)});              // dx += dy W
///       k.add(1, outer_sum_op, {k.dy(), k.x(0)});          // dW += dyᵀ x
///     }
///
/// On arrays each term is the forward body of that op, adding into the gradient; on a tape the op
/// is recorded. A term whose gradient nobody wants is not computed.
namespace carousel::detail {

class Terms {
 public:
  using Value = int;  ///< an operand, y, dy, or what make() gave
  using Values = std::initializer_list<Value>;

  explicit Terms(const Attr& attr, int count) : attr(attr), count_(count) {}
  virtual ~Terms() = default;
  Terms(const Terms&) = delete;
  Terms& operator=(const Terms&) = delete;

  const Attr& attr;
  int count() const { return count_; }
  static Value x(int i) { return i; }
  static Value y() { return -1; }
  static Value dy() { return -2; }

  virtual bool wanted(int i) const = 0;
  virtual Shape shape(Value value) const = 0;
  /// An intermediate result.
  virtual Value make(const Op& op, Values operands, const Attr& attr = no_attr()) = 0;
  /// dx[i] += op(operands)
  virtual void add(int i, const Op& op, Values operands, const Attr& attr = no_attr()) = 0;

 protected:
  static constexpr int first_made = 1 << 16;
  static const Attr& no_attr() {
    static const Attr none;
    return none;
  }

 private:
  int count_;
};

using TermsBody = void (*)(Terms&);

void pullback_of_terms(TermsBody terms, const Pullback& k);
void graph_of_terms(TermsBody terms, const GraphPullback& k);

template <TermsBody terms> void pullback_by(const Pullback& k) { pullback_of_terms(terms, k); }
template <TermsBody terms> void graph_by(const GraphPullback& k) { graph_of_terms(terms, k); }

/// An op whose pullback is `terms`. `reads` as in Op.
template <TermsBody terms>
constexpr Op by_terms(Op op, ForwardBody forward, unsigned reads = reads_nothing) {
  op.terms = terms;
  return computing(op, forward, pullback_by<terms>, graph_by<terms>, reads, /*assigns=*/true);
}

/// A view whose derivative is `terms`.
template <TermsBody terms> constexpr Op viewing_by(Op op, View (*view)(const View&, const Attr&)) {
  return viewing(op, view, graph_by<terms>);
}

}  // namespace carousel::detail
