#include <algorithm>
#include <autograd/ops/table.hpp>
#include <cells/compiled/hoist.hpp>
#include <cells/compiled/rewriting.hpp>
#include <cells/compiled/sums.hpp>

namespace carousel::cells::compiled {

using namespace carousel::detail;

namespace {

class Sums {
 public:
  explicit Sums(const StepGraph& graph)
      : graph_(graph), depends_(hoisted(graph).depends), uses_(uses(graph)), rewriting_(graph) {}

  StepGraph run() {
    std::vector<bool> inside(graph_.values.size(), false);  // of a larger sum
    for (int i = static_cast<int>(graph_.values.size()); i-- > 0;) {
      // A bias in the loop is added by itself, so that the product can be joined with others.
      if (at(i).op == &affine_op && depends_[index(i)] == Depends::state) {
        rewriting_.replace(
            i, [this, i] { return plus(without_bias(at(i)), rewriting_.at(at(i).inputs[2])); });
      }
      if (is_row_product(at(i))) {
        rewriting_.replace(i, [this, i] {
          const auto& of = at(i).inputs;
          return rewriting_.make(times_op, {}, {rewriting_.at(of[0]), rewriting_.at(of[1])});
        });
      }
      if (at(i).op != &add_op || inside[index(i)]) continue;
      std::vector<int> terms;
      const auto collect = [&](const auto& self, int value) -> void {
        for (const int input : at(value).inputs) {
          const bool own = at(input).op == &add_op && uses_[index(input)] == 1 &&
                           at(input).shape.rank() <= at(i).shape.rank();
          if (own) {
            inside[index(input)] = true;
            self(self, input);
          } else {
            terms.push_back(input);
          }
        }
      };
      collect(collect, i);
      const bool mixed = depends_[index(i)] == Depends::state &&
                         std::any_of(terms.begin(), terms.end(), [&](int term) {
                           return depends_[index(term)] != Depends::state;
                         });
      if (mixed) rewriting_.replace(i, [this, terms] { return sum(terms); });
    }
    return rewriting_.finish();
  }

 private:
  static std::size_t index(int value) { return static_cast<std::size_t>(value); }
  const Value& at(int value) const { return graph_.values[index(value)]; }

  /// matmul(x, W) of two matrices, W a constant: what the loop knows as x W.
  bool is_row_product(const Value& v) const {
    return v.op == &matmul_op && v.attr.axis == 0 && v.shape.rank() == 2 &&
           depends_[index(v.inputs[0])] != Depends::nothing &&
           depends_[index(v.inputs[1])] == Depends::nothing;
  }
  int without_bias(const Value& affine) {
    return rewriting_.make(linear_op, {},
                           {rewriting_.at(affine.inputs[0]), rewriting_.at(affine.inputs[1])});
  }
  int plus(int a, int b) { return a < 0 ? b : rewriting_.make(add_op, {}, {a, b}); }

  // Values of the new graph, by what they depend on; the biases of products are terms, too.
  int sum(const std::vector<int>& terms) {
    int bias = -1, hoisted = -1, result = -1;
    std::vector<int> in_loop;
    const Value* product = nullptr;  // with x, to take the bias
    for (const int term : terms) {
      const Value& v = at(term);
      const Depends on = depends_[index(term)];
      const bool only_here = uses_[index(term)] == 1;
      if (on == Depends::nothing && v.shape.rank() == 1) {
        bias = plus(bias, rewriting_.at(term));
      } else if (v.op == &affine_op && only_here && on == Depends::state) {
        bias = plus(bias, rewriting_.at(v.inputs[2]));
        in_loop.push_back(without_bias(v));
      } else if (on == Depends::input && product == nullptr && only_here &&
                 (v.op == &linear_op || v.op == &affine_op)) {
        product = &v;
      } else if (on == Depends::state) {
        in_loop.push_back(rewriting_.at(term));
      } else {
        hoisted = plus(hoisted, rewriting_.at(term));
      }
    }
    if (product != nullptr) {
      std::vector<int> operands{rewriting_.at(product->inputs[0]),
                                rewriting_.at(product->inputs[1])};
      if (product->op == &affine_op) bias = plus(bias, rewriting_.at(product->inputs[2]));
      if (bias >= 0) operands.push_back(bias);
      const Op& op = bias >= 0 ? affine_op : linear_op;
      hoisted = plus(hoisted, rewriting_.make(op, {}, operands));
      bias = -1;
    }
    if (hoisted >= 0) {
      result = bias >= 0 ? rewriting_.make(add_op, {}, {hoisted, bias}) : hoisted;
      bias = -1;
    }
    for (const int term : in_loop) result = plus(result, term);
    return bias >= 0 ? rewriting_.make(add_op, {}, {result, bias}) : result;
  }

  const StepGraph& graph_;
  std::vector<Depends> depends_;
  std::vector<int> uses_;
  Rewriting rewriting_;
};

}  // namespace

StepGraph with_sums_in_order(const StepGraph& graph) { return Sums(graph).run(); }

}  // namespace carousel::cells::compiled
