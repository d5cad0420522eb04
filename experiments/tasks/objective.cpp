#include <algorithm>
#include <autograd/support/error.hpp>
#include <cmath>
#include <experiments/tasks/task.hpp>

namespace carousel::tasks {
namespace {

/// Errors unless prediction is [n, outputs] and weight [n].
void check_rows(const std::string& where, const Tensor& prediction, const Tensor& weight) {
  if (prediction.shape().rank() != 2) {
    throw Error(ErrorKind::argument, where, "predictions [rows, outputs]",
                to_string(prediction.shape()));
  }
  if (weight.shape() != Shape{prediction.shape()[0]}) {
    throw Error(ErrorKind::argument, where,
                "weights " + to_string(Shape{prediction.shape()[0]}, {"rows"}),
                to_string(weight.shape()));
  }
}

/// Errors unless the targets are as many and of the same shape as the predictions.
void check_same_shape(const std::string& where, const Tensor& prediction, const Tensor& target) {
  if (target.shape() != prediction.shape()) {
    throw Error(ErrorKind::argument, where,
                "targets " + to_string(prediction.shape(), {"rows", "outputs"}),
                to_string(target.shape()));
  }
}

/// Adds weight·value(r) over the rows; rows of weight 0 are not looked at, so that NaN there does
/// no harm.
template <class Value> Score weighted(const Tensor& weight, Value value) {
  Score score;
  for (Index r = 0; r < weight.size(); ++r) {
    const double w = weight.at(r);
    if (w != 0) score.add({w * value(r), w});
  }
  return score;
}

/// As weighted(), for a metric that is the mean of value(i) over the outputs i of a row.
template <class Value> Score weighted_mean(const Tensor& weight, Index outputs, Value value) {
  return weighted(weight, [&](Index r) {
    double sum = 0;
    for (Index o = 0; o < outputs; ++o) sum += value(r * outputs + o);
    return sum / static_cast<double>(outputs);
  });
}

class Regression final : public Objective {
 public:
  const char* metric() const override { return "mse"; }
  bool higher_is_better() const override { return false; }

  Var loss(const Var& prediction, const Var& target) const override {
    return sum(squared_error(prediction, target), {-1});
  }
  Score score(const Tensor& prediction, const Tensor& target, const Tensor& weight,
              Index) const override {
    check_rows("regression score", prediction, weight);
    check_same_shape("regression score", prediction, target);
    return weighted_mean(weight, prediction.shape().columns(), [&](Index i) {
      const double error = prediction.at(i) - target.at(i);
      return error * error;
    });
  }
};

/// The scores of outputs that are logits of classes: value(y, classes, class) of each row y.
template <class Value>
Score by_class(const std::string& where, const Tensor& prediction, const Tensor& target,
               const Tensor& weight, Value value) {
  check_rows(where, prediction, weight);
  if (target.dtype() != DType::int64 || target.shape() != weight.shape()) {
    throw Error(ErrorKind::argument, where, "int64 classes " + to_string(weight.shape(), {"rows"}),
                std::string(name(target.dtype())) + " " + to_string(target.shape()));
  }
  const Index classes = prediction.shape()[1];
  std::vector<double> row(static_cast<std::size_t>(classes));
  return weighted(weight, [&](Index r) {
    const Index wanted = target.data<std::int64_t>()[r];
    if (wanted < 0 || wanted >= classes) {
      throw Error(ErrorKind::argument, where,
                  "classes in 0.." + std::to_string(classes - 1) + ", one for each output",
                  "class " + std::to_string(wanted) + " in row " + std::to_string(r));
    }
    for (Index c = 0; c < classes; ++c) {
      row[static_cast<std::size_t>(c)] = prediction.at(r * classes + c);
    }
    return value(row, static_cast<std::size_t>(wanted));
  });
}

/// Whether `wanted` is the first of the largest outputs. Comparisons with NaN are false, so a row
/// with a NaN that could matter is a wrong answer.
bool largest_is(const std::vector<double>& row, std::size_t wanted) {
  for (std::size_t c = 0; c < row.size(); ++c) {
    if (c < wanted ? !(row[c] < row[wanted]) : !(row[c] <= row[wanted])) return false;
  }
  return true;
}

/// -ln softmax(row)[wanted]; NaN where an output is NaN.
double surprise(const std::vector<double>& row, std::size_t wanted) {
  const double largest = *std::max_element(row.begin(), row.end());
  double sum = 0;
  for (const double output : row) sum += std::exp(output - largest);
  return std::log(sum) - (row[wanted] - largest);
}

class Classification final : public Objective {
 public:
  const char* metric() const override { return "accuracy"; }
  bool higher_is_better() const override { return true; }

  Var loss(const Var& prediction, const Var& target) const override {
    return carousel::cross_entropy(prediction, target);
  }
  Score score(const Tensor& prediction, const Tensor& target, const Tensor& weight,
              Index) const override {
    return by_class(
        "classification score", prediction, target, weight,
        [](const auto& row, std::size_t wanted) { return largest_is(row, wanted) ? 1.0 : 0.0; });
  }
};

/// Cross-entropy as loss and as metric, the latter in a unit of `nats` nats.
class CrossEntropy final : public Objective {
 public:
  CrossEntropy(const char* metric, double nats) : metric_(metric), nats_(nats) {}
  const char* metric() const override { return metric_; }
  bool higher_is_better() const override { return false; }

  Var loss(const Var& prediction, const Var& target) const override {
    return carousel::cross_entropy(prediction, target);
  }
  Score score(const Tensor& prediction, const Tensor& target, const Tensor& weight,
              Index) const override {
    return by_class(
        std::string(metric_) + " score", prediction, target, weight,
        [&](const auto& row, std::size_t wanted) { return surprise(row, wanted) / nats_; });
  }

 private:
  const char* metric_;
  double nats_;
};

class Binary final : public Objective {
 public:
  const char* metric() const override { return "accuracy"; }
  bool higher_is_better() const override { return true; }

  Var loss(const Var& prediction, const Var& target) const override {
    return sum(bce_with_logits(prediction, target), {-1});
  }
  Score score(const Tensor& prediction, const Tensor& target, const Tensor& weight,
              Index) const override {
    check_rows("binary score", prediction, weight);
    check_same_shape("binary score", prediction, target);
    return weighted_mean(weight, prediction.shape().columns(), [&](Index i) {
      // sigmoid(x) > 0.5 exactly where x > 0; a NaN is neither and counts as wrong.
      const double x = prediction.at(i);
      const bool right = target.at(i) > 0.5 ? x > 0 : x <= 0;
      return right ? 1.0 : 0.0;
    });
  }
};

}  // namespace

const Objective& regression() {
  static const Regression objective;
  return objective;
}

const Objective& classification() {
  static const Classification objective;
  return objective;
}

const Objective& cross_entropy() {
  static const CrossEntropy objective("cross_entropy", 1);
  return objective;
}

const Objective& bits() {
  static const CrossEntropy objective("bits", std::log(2.0));
  return objective;
}

const Objective& binary() {
  static const Binary objective;
  return objective;
}

}  // namespace carousel::tasks
