#include <autograd/losses.hpp>
#include <autograd/ops.hpp>
#include <autograd/ops/broadcasting.hpp>
#include <autograd/ops/make.hpp>
#include <autograd/ops/samples.hpp>
#include <autograd/ops/table.hpp>
#include <autograd/ops/walk.hpp>
#include <autograd/support/error.hpp>

namespace carousel {
namespace detail {
namespace {

// label_weights: the weights that cross-entropy puts on the classes of each row. Attr::shape is the
// shape of the logits, Attr::scalar the label smoothing, Attr::begin the label to ignore if
// Attr::axis is 1. An optional second operand holds the weight of each class.

Shape label_weights_shape(const Operands& x, const Attr& a) {
  const Shape &labels = x[0].shape, &logits = a.shape;
  const bool fits = logits.rank() > 0 && labels == logits.without(logits.rank() - 1);
  if (x[0].dtype != DType::int64 || !fits) {
    throw Error(ErrorKind::argument, "cross_entropy",
                "int64 labels [...] for logits [..., classes]",
                std::string(name(x[0].dtype)) + " labels " + to_string(labels, {"n"}) +
                    " and logits " + to_string(logits, {"n", "classes"}));
  }
  if (x.count > 1 && (!is_floating(x[1].dtype) || x[1].shape != Shape{logits.columns()})) {
    throw Error(ErrorKind::argument, "cross_entropy",
                "floating class weights [classes=" + std::to_string(logits.columns()) + "]",
                std::string(name(x[1].dtype)) + " " + to_string(x[1].shape));
  }
  return logits;
}

void label_weights_forward(const Forward& k) {
  const Index classes = k.y.columns(), per_row = k.x[0].columns();
  with_floating(k.y.dtype, [&](auto t) {
    using T = decltype(t);
    const T* class_weights = k.x.count > 1 ? k.x[1].as<T>() : nullptr;
    const auto smoothing = static_cast<T>(k.attr->scalar);
    for (Index r = 0; r < k.y.rows(); ++r) {
      const Index label = k.x[0].row<Index>(r / per_row)[r % per_row];
      T* q = k.y.row<T>(r);
      std::fill(q, q + classes, T(0));
      if (k.attr->axis == 1 && label == k.attr->begin) continue;
      if (label < 0 || label >= classes) {
        throw Error(ErrorKind::argument, "cross_entropy",
                    "labels in 0.." + std::to_string(classes - 1),
                    std::to_string(label) + " in row " + std::to_string(r));
      }
      const auto weight = [class_weights](Index c) {
        return class_weights ? class_weights[c] : T(1);
      };
      for (Index c = 0; c < classes && smoothing != 0; ++c) {
        q[c] = smoothing / static_cast<T>(classes) * weight(c);
      }
      q[label] += (T(1) - smoothing) * weight(label);
    }
  });
}

void sample_label_weights(Sampler& s) {
  const Index n = s.extent(), classes = s.extent(1);
  LabelOptions options;
  options.label_smoothing = 0.1;
  options.ignore_index = 0;
  options.class_weights = s.uniform({classes}, 0.5, 2);
  cross_entropy(s.normal({n, classes}), s.labels({n}, classes), options);
  cross_entropy(s.normal({2, n, classes}), s.labels({2, n}, classes));
}

constexpr Op constant_of_labels(Op op) {
  op.forward = label_weights_forward;
  return stopping(op);
}

Var label_weights(const Var& labels, const Shape& logits, const LabelOptions& options,
                  double smoothing) {
  Attr attr;
  attr.shape = logits;
  attr.scalar = smoothing;
  attr.axis = options.ignore_index ? 1 : 0;
  attr.begin = options.ignore_index.value_or(0);
  if (!options.class_weights) return record(label_weights_op, {&labels}, attr);
  return record(label_weights_op, {&labels, &options.class_weights}, attr);
}

}  // namespace

const Op label_weights_op =
    constant_of_labels(op("label_weights", "the weights that cross-entropy puts on classes", -1,
                          label_weights_shape, sample_label_weights));

}  // namespace detail

using namespace detail;

Var cross_entropy(const Var& logits, const Var& labels) {
  return soft_cross_entropy(logits, label_weights(labels, logits.shape(), {}, 0));
}

Var cross_entropy(const Var& logits, const Var& labels, const LabelOptions& options,
                  Reduction reduction) {
  const double smoothing = options.label_smoothing;
  if (!(smoothing >= 0 && smoothing <= 1)) {
    throw Error(ErrorKind::argument, "cross_entropy", "a label smoothing in 0..1",
                std::to_string(smoothing));
  }
  const Shape shape = logits.shape();
  const Var losses = soft_cross_entropy(logits, label_weights(labels, shape, options, smoothing));
  if (reduction != Reduction::mean) return reduced(losses, reduction);
  const bool all_count = !options.class_weights && !options.ignore_index;
  if (all_count && losses.shape().size() > 0) return mean(losses);
  const Var total = sum(label_weights(labels, shape, options, 0));
  return sum(losses) / where(greater(total, 0), total, 1);
}

}  // namespace carousel
