#pragma once
#include <autograd/op.hpp>

/// How the families put their Ops together.
namespace carousel::detail {

using ShapeRule = Shape (*)(const Operands&, const Attr&);
using ForwardBody = void (*)(const Forward&);
using PullbackBody = void (*)(const Pullback&);
using Sample = void (*)(Sampler&);

constexpr Op op(const char* name, const char* doc, int arity, ShapeRule shape, Sample sample) {
  Op op{};
  op.name = name;
  op.doc = doc;
  op.arity = arity;
  op.shape = shape;
  op.sample = sample;
  return op;
}

constexpr Op viewing(Op op, View (*view)(const View&, const Attr&)) {
  op.view = view;
  return op;
}

/// `assigns` as in Op: the pullback honours Slot::fresh.
constexpr Op computing(Op op, ForwardBody forward, PullbackBody pullback, unsigned reads,
                       bool assigns = false) {
  op.forward = forward;
  op.pullback = pullback;
  op.reads = reads;
  op.assigns = assigns;
  return op;
}

constexpr Op by_rows(Op op) {
  op.row_wise = true;
  return op;
}

}  // namespace carousel::detail
