#pragma once
#include <autograd/op.hpp>

/// How the families put their Ops together.
namespace carousel::detail {

using ShapeRule = Shape (*)(const Operands&, const Attr&);
using ForwardBody = void (*)(const Forward&);
using PullbackBody = void (*)(const Pullback&);
using GraphBody = void (*)(const GraphPullback&);
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

/// `assigns` as in Op: the pullback honours Slot::fresh.
constexpr Op computing(Op op, ForwardBody forward, PullbackBody pullback, GraphBody graph,
                       unsigned reads, bool assigns) {
  op.forward = forward;
  op.pullback = pullback;
  op.graph = graph;
  op.reads = reads;
  op.assigns = assigns;
  return op;
}

constexpr Op viewing(Op op, View (*view)(const View&, const Attr&), GraphBody graph) {
  op.view = view;
  op.graph = graph;
  op.gives = Gives::as_operand;
  return op;
}

/// An op through which no gradient passes.
constexpr Op stopping(Op op) {
  op.differentiable = false;
  return op;
}

constexpr Op by_rows(Op op) {
  op.row_wise = true;
  return op;
}

constexpr Op adding(Op op) {
  op.adds = true;
  return op;
}

constexpr Op giving(Op op, Gives gives) {
  op.gives = gives;
  return op;
}

template <int n> constexpr Op at_edges(Op op, const Edge (&edges)[n]) {
  op.edges = {edges, n};
  return op;
}

}  // namespace carousel::detail
