#include <array>
#include <autograd/ops.hpp>
#include <autograd/ops/terms.hpp>
#include <autograd/tensor.hpp>

namespace carousel::detail {
namespace {

constexpr std::size_t most_operands = 4;

class ArrayTerms final : public Terms {
 public:
  explicit ArrayTerms(const Pullback& k) : Terms(*k.attr, k.x.count), k_(k) {}

  bool wanted(int i) const override { return k_.dx[i].wanted; }
  Shape shape(Value value) const override { return view(value).shape; }

  Value make(const Op& op, Values operands, const Attr& attr) override {
    std::array<View, most_operands> x;
    const Operands seen = gathered(op, operands, x);
    Tensor y(k_.dy.dtype, op.shape(seen, attr));
    const View value = y.view();
    op.forward({seen, value, &attr});
    made_.push_back({std::move(y), value});
    return first_made + static_cast<int>(made_.size()) - 1;
  }

  void add(int i, const Op& op, Values operands, const Attr& attr) override {
    Slot& slot = k_.dx[i];
    if (!slot.wanted) return;
    std::array<View, most_operands> x;
    const Operands seen = gathered(op, operands, x);
    if (op.adds) {
      op.forward({seen, slot.view, &attr, !slot.fresh});
    } else {
      Tensor y(slot.view.dtype, slot.view.shape);
      const View value = y.view();
      op.forward({seen, value, &attr});
      if (slot.fresh) {
        copy(value, slot.view);
      } else {
        accumulate(value, slot.view);
      }
    }
    slot.fresh = false;
  }

 private:
  struct Made {
    Tensor owner;
    View view;
  };
  const View& view(Value value) const {
    if (value == y()) return k_.y;
    if (value == dy()) return k_.dy;
    if (value < first_made) return k_.x[value];
    return made_[static_cast<std::size_t>(value - first_made)].view;
  }
  Operands gathered(const Op& op, Values operands, std::array<View, most_operands>& x) const {
    int n = 0;
    for (const Value value : operands) x[static_cast<std::size_t>(n++)] = view(value);
    return {x.data(), n, op.name};
  }

  const Pullback& k_;
  std::vector<Made> made_;
};

class GraphTerms final : public Terms {
 public:
  explicit GraphTerms(const GraphPullback& k)
      : Terms(k.attr, static_cast<int>(k.x.size())), k_(k) {}

  bool wanted(int i) const override { return k_.wanted[static_cast<std::size_t>(i)]; }
  Shape shape(Value value) const override { return var(value).shape(); }

  Value make(const Op& op, Values operands, const Attr& attr) override {
    made_.push_back(recorded(op, operands, attr));
    return first_made + static_cast<int>(made_.size()) - 1;
  }
  void add(int i, const Op& op, Values operands, const Attr& attr) override {
    if (!wanted(i)) return;
    Var& dx = k_.dx[static_cast<std::size_t>(i)];
    const Var term = recorded(op, operands, attr);
    dx = dx ? dx + term : term;
  }

 private:
  const Var& var(Value value) const {
    if (value == y()) return k_.y;
    if (value == dy()) return k_.dy;
    if (value < first_made) return k_.x[static_cast<std::size_t>(value)];
    return made_[static_cast<std::size_t>(value - first_made)];
  }
  Var recorded(const Op& op, Values operands, const Attr& attr) const {
    std::array<const Var*, most_operands> x{};
    int n = 0;
    for (const Value value : operands) x[static_cast<std::size_t>(n++)] = &var(value);
    return record(op, x.data(), n, attr);
  }

  const GraphPullback& k_;
  std::vector<Var> made_;
};

}  // namespace

void pullback_of_terms(TermsBody terms, const Pullback& k) {
  ArrayTerms on_arrays(k);
  terms(on_arrays);
}

void graph_of_terms(TermsBody terms, const GraphPullback& k) {
  GraphTerms on_tape(k);
  terms(on_tape);
}

}  // namespace carousel::detail
