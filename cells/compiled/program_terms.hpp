#pragma once
#include <autograd/ops/table.hpp>
#include <autograd/ops/terms.hpp>
#include <cells/compiled/lowering.hpp>

namespace carousel::cells::compiled {

/// The terms of a pullback as instructions.
class ProgramTerms final : public carousel::detail::Terms {
 public:
  ProgramTerms(Lowering& lowering, int value)
      : Terms(lowering.at(value).attr, static_cast<int>(lowering.at(value).inputs.size())),
        lowering_(lowering),
        value_(value),
        inputs_(lowering.at(value).inputs) {}

  bool wanted(int i) const override {
    return lowering_.wanted(inputs_[static_cast<std::size_t>(i)]);
  }
  Shape shape(Terms::Value v) const override { return place(v).shape; }
  Terms::Value make(const Op& op, Values operands, const Attr& attr) override {
    Instruction step = instruction(op, operands, attr);
    std::vector<View> views;
    for (const Place& p : step.x) views.push_back({nullptr, p.shape, p.stride, p.dtype});
    step.y = scratch(op.shape({views.data(), static_cast<int>(views.size()), op.name}, attr));
    made_.push_back(step.y);
    list().push_back(step);
    return first_made + static_cast<int>(made_.size()) - 1;
  }
  void add(int i, const Op& op, Values operands, const Attr& attr) override {
    if (!wanted(i)) return;
    const int input = inputs_[static_cast<std::size_t>(i)];
    Instruction step = instruction(op, operands, attr);
    if (!op.adds) {  // by way of a scratch
      step.y = scratch(lowering_.at(input).shape);
      list().push_back(step);
      Instruction sum;
      sum.kind = Instruction::Kind::add;
      sum.x.push_back(step.y);
      step = sum;
    }
    if (lowering_.is_constant(input)) {
      const auto from_step = [this](Terms::Value v) { return v < first_made && rows(v); };
      const bool sums = &op == &carousel::detail::outer_sum_op ||
                        (&op == &carousel::detail::sum_op && attr.shape.rank() == 1);
      step.dx.push_back({lowering_.places_.gradient(input), true, false});
      const bool over_time = sums && std::all_of(operands.begin(), operands.end(), from_step);
      lowering_.add_to_constant(step, over_time, list());
      return;
    }
    step.dx.push_back(lowering_.target(input, /*assigns=*/true, list()));
    list().push_back(step);
  }

 private:
  bool after() const { return lowering_.depends(value_) == Depends::input; }
  std::vector<Instruction>& list() { return lowering_.back_of(value_); }
  Place scratch(const Shape& shape) {
    return lowering_.places_.scratch(shape, lowering_.at(value_).dtype,
                                     after() ? Buffer::Home::chunk : Buffer::Home::scratch);
  }
  bool rows(Terms::Value v) const {
    return v < 0 || lowering_.per_row(inputs_[static_cast<std::size_t>(v)]);
  }
  Place place(Terms::Value v) const {
    if (v == dy()) return lowering_.places_.gradient(value_);
    if (v >= first_made) return made_[static_cast<std::size_t>(v - first_made)];
    return lowering_.places_.value(v == y() ? value_ : inputs_[static_cast<std::size_t>(v)]);
  }
  Instruction instruction(const Op& op, Values operands, const Attr& attr) const {
    Instruction step;
    step.op = &op;
    step.attr = attr;
    for (const Terms::Value v : operands) {
      step.x.push_back(place(v));
      if (v == dy() ? after() : v < first_made) lowering_.keep(step.x.back());
    }
    return step;
  }

  Lowering& lowering_;
  int value_;
  const std::vector<int>& inputs_;
  std::vector<Place> made_;
};

}  // namespace carousel::cells::compiled
