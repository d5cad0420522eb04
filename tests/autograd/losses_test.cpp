#include <boost/test/unit_test.hpp>
#include <tests/support/expect_error.hpp>
#include <tests/support/tensors.hpp>

// Losses by numbers that can be checked by hand.

using namespace carousel;
using namespace carousel::testing;

namespace {

const std::vector<Reduction> reductions{Reduction::none, Reduction::sum, Reduction::mean};

/// The loss without a reduction, and that the two others are its sum and its mean.
template <class F> bool gives(const F& loss, std::initializer_list<double> each) {
  double sum = 0;
  for (const double value : each) sum += value;
  return elements_are(loss(Reduction::none).value(), each) &&
         elements_are(loss(Reduction::sum).value(), {sum}) &&
         elements_are(loss(Reduction::mean).value(), {sum / static_cast<double>(each.size())});
}

Tensor labels(std::initializer_list<double> values) {
  return tensor({static_cast<Index>(values.size())}, values, DType::int64);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(autograd)

BOOST_AUTO_TEST_CASE(losses_of_differences) {
  Tape tape(DType::float64);
  const Var a = tape.variable(tensor({2, 2}, {1, 2, 3, -4})),
            b = tape.variable(tensor({2, 2}, {1, 1, 0.5, 1}));
  BOOST_TEST(gives([&](Reduction r) { return mse_loss(a, b, r); }, {0, 1, 6.25, 25}));
  BOOST_TEST(gives([&](Reduction r) { return l1_loss(a, b, r); }, {0, 1, 2.5, 5}));
  BOOST_TEST(gives([&](Reduction r) { return huber_loss(a, b, 1, r); }, {0, 0.5, 2, 4.5}));
  BOOST_TEST(gives([&](Reduction r) { return huber_loss(a, b, 2, r); }, {0, 0.5, 3, 8}));
  const auto slope = [&](const Var& loss, const Var& by) { return tape.backward(loss, {by})[by]; };
  BOOST_TEST(elements_are(slope(mse_loss(a, b), a), {0, 0.5, 1.25, -2.5}));
  BOOST_TEST(elements_are(slope(mse_loss(a, b), b), {0, -0.5, -1.25, 2.5}));
  BOOST_TEST(elements_are(slope(l1_loss(a, b), a), {0, 0.25, 0.25, -0.25}));
  BOOST_TEST(elements_are(slope(huber_loss(a, b, 2, Reduction::sum), a), {0, 1, 2, -2}));
  BOOST_TEST(elements_are(slope(huber_loss(a, b, 2, Reduction::sum), b), {0, -1, -2, 2}));
  // A target that is one number, or one a feature.
  BOOST_TEST(elements_are(huber(a, tape.input(tensor({}, {1})), 1).value(), {0, 0.5, 1.5, 4.5}));
  BOOST_TEST(
      elements_are(squared_error(a, tape.input(tensor({2}, {1, 2}))).value(), {0, 0, 4, 36}));
}

BOOST_AUTO_TEST_CASE(losses_of_binary_targets) {
  Tape tape(DType::float64);
  const double three = std::log(3.0);  // σ(ln 3) = 3/4
  const Var x = tape.variable(tensor({4}, {three, three, 0, -three}));
  const Var t = tape.input(tensor({4}, {1, 0, 0.5, 1}));
  BOOST_TEST(gives([&](Reduction r) { return bce_loss(x, t, r); },
                   {std::log(4.0 / 3), std::log(4.0), std::log(2.0), std::log(4.0)}));
  BOOST_TEST(
      elements_are(tape.backward(bce_loss(x, t, Reduction::sum), {x})[x], {-0.25, 0.75, 0, -0.75}));
  const Var weight = tape.input(tensor({4}, {2, 2, 3, 1}));
  BOOST_TEST(gives([&](Reduction r) { return bce_loss(x, t, weight, r); },
                   {2 * std::log(4.0 / 3), std::log(4.0), 2 * std::log(2.0), std::log(4.0)}));
  // One weight a class.
  const Var m = tape.input(tensor({2, 2}, {0, 0, 0, 0})),
            ones = tape.input(tensor({2, 2}, {1, 1, 1, 0}));
  const Var by_class = tape.input(tensor({2}, {3, 5}));
  const double ln2 = std::log(2.0);
  BOOST_TEST(elements_are(bce_loss(m, ones, by_class, Reduction::none).value(),
                          {3 * ln2, 5 * ln2, 3 * ln2, ln2}));
  // Saturated logits are linear, with a weight as without.
  const Var far = tape.variable(tensor({3}, {1000, -1000, -1000}));
  const Var loss = bce_loss(far, tape.input(tensor({3}, {1, 1, 0})),
                            tape.input(tensor({3}, {3, 3, 3})), Reduction::none);
  BOOST_TEST(elements_are(loss.value(), {0, 3000, 0}));
  BOOST_TEST(elements_are(tape.backward(sum(loss), {far})[far], {0, -3, 0}));
}

BOOST_AUTO_TEST_CASE(losses_between_distributions) {
  Tape tape(DType::float64);
  const Var log_q =
      tape.variable(tensor({2, 2}, {std::log(0.5), std::log(0.5), std::log(0.25), std::log(0.75)}));
  const Var p = tape.input(tensor({2, 2}, {0.5, 0.5, 1, 0}));
  BOOST_TEST(gives([&](Reduction r) { return kl_loss(log_q, p, r); }, {0, 0, std::log(4.0), 0}));
  BOOST_TEST(elements_are(tape.backward(kl_loss(log_q, p, Reduction::sum), {log_q})[log_q],
                          {-0.5, -0.5, -1, 0}));
  // Where p is 0, q may be too.
  BOOST_TEST(elements_are(kl_divergence(tape.input(tensor({2}, {-infinity, -infinity})),
                                        tape.input(tensor({2}, {0, 0.5})))
                              .value(),
                          {0, infinity}));
}

BOOST_AUTO_TEST_CASE(losses_of_labels) {
  Tape tape(DType::float64);
  const double ln2 = std::log(2.0), ln4 = std::log(4.0);
  // Probabilities 1/4, 1/4, 1/2 in each row.
  const Var x = tape.variable(tensor({3, 3}, {0, 0, ln2, 1, 1, 1 + ln2, -1, -1, ln2 - 1}));
  const Var n = tape.input(labels({0, 2, 1}));
  const auto plain = [&](Reduction r) { return cross_entropy(x, n, {}, r); };
  BOOST_TEST(gives(plain, {ln4, ln2, ln4}));
  BOOST_TEST(elements_are(cross_entropy(x, n).value(), {ln4, ln2, ln4}));
  BOOST_TEST(elements_are(tape.backward(cross_entropy(x, n, {}, Reduction::sum), {x})[x],
                          {-0.75, 0.25, 0.5, 0.25, 0.25, -0.5, 0.25, -0.75, 0.5}));
  // [time, batch, classes]
  const Var deep = reshape(x, {3, 1, 3}), deep_labels = reshape(n, {3, 1});
  BOOST_TEST((cross_entropy(deep, deep_labels).shape() == Shape{3, 1}));
  BOOST_TEST(elements_are(cross_entropy(deep, deep_labels).value(), {ln4, ln2, ln4}));
}

BOOST_AUTO_TEST_CASE(losses_of_labels_with_options) {
  Tape tape(DType::float64);
  const double ln2 = std::log(2.0), ln4 = std::log(4.0);
  const Var x = tape.variable(tensor({3, 3}, {0, 0, ln2, 0, 0, ln2, 0, 0, ln2}));
  const Var n = tape.input(labels({0, 2, 1}));
  LabelOptions options;
  const auto loss = [&](Reduction r) { return cross_entropy(x, n, options, r); };

  options.class_weights = tape.input(tensor({3}, {1, 2, 3}));
  BOOST_TEST(elements_are(loss(Reduction::none).value(), {ln4, 3 * ln2, 2 * ln4}));
  BOOST_TEST(elements_are(loss(Reduction::sum).value(), {9 * ln2}));
  BOOST_TEST(
      elements_are(loss(Reduction::mean).value(), {9 * ln2 / 6}));  // over the weights 1 + 3 + 2

  options.ignore_index = 2;
  BOOST_TEST(elements_are(loss(Reduction::none).value(), {ln4, 0, 2 * ln4}));
  BOOST_TEST(elements_are(loss(Reduction::mean).value(), {6 * ln2 / 3}));

  options.class_weights = {};
  BOOST_TEST(elements_are(loss(Reduction::mean).value(), {ln4}));  // over two rows
  BOOST_TEST(elements_are(tape.backward(loss(Reduction::mean), {x})[x],
                          {-0.375, 0.125, 0.25, 0, 0, 0, 0.125, -0.375, 0.25}));

  // With smoothing ε the label's part is 1 - ε, and ε/3 of each class: ln 4, ln 4 and ln 2.
  options.ignore_index = {};
  options.label_smoothing = 0.3;
  const double even = 0.1 * (2 * ln4 + ln2);
  BOOST_TEST(elements_are(loss(Reduction::none).value(),
                          {0.7 * ln4 + even, 0.7 * ln2 + even, 0.7 * ln4 + even}));
  options.label_smoothing = 1;
  BOOST_TEST(elements_are(loss(Reduction::mean).value(), {5 * ln2 / 3}));
}

BOOST_AUTO_TEST_CASE(losses_of_labels_that_are_all_ignored) {
  for (const bool weighted : {false, true}) {
    Tape tape(DType::float64);
    const Var x = tape.variable(tensor({2, 2}, {1, 2, 3, 4}));
    const Var n = tape.input(labels({-1, -1}));  // need not be a class
    LabelOptions options;
    options.ignore_index = -1;
    options.label_smoothing = 0.1;
    if (weighted) options.class_weights = tape.input(tensor({2}, {2, 3}));
    BOOST_TEST(elements_are(cross_entropy(x, n, options, Reduction::none).value(), {0, 0}));
    for (const Reduction r : {Reduction::sum, Reduction::mean}) {
      const Var loss = cross_entropy(x, n, options, r);
      BOOST_TEST(loss.item() == 0);
      BOOST_TEST(elements_are(tape.backward(loss, {x})[x], {0, 0, 0, 0}));
    }
  }
}

// A class that is ruled out, as one that the label is not, does no harm; float32 has its own path.
BOOST_AUTO_TEST_CASE(losses_of_labels_beside_infinities) {
  for (const DType dtype : {DType::float64, DType::float32}) {
    Tape tape(dtype);
    const Var x = tape.variable(tensor({2, 3}, {0, -infinity, 0, -infinity, 1000, -1000}, dtype));
    const Var loss = cross_entropy(x, tape.input(labels({0, 2})));
    BOOST_TEST(elements_are(loss.value(), {std::log(2.0), 2000}, 1e-7));
    BOOST_TEST(elements_are(tape.backward(sum(loss), {x})[x], {-0.5, 0, 0.5, 0, 1, -1}, 1e-7));
  }
}

BOOST_AUTO_TEST_CASE(losses_refuse_what_does_not_fit) {
  Tape tape(DType::float64);
  const Var x = tape.zeros({3, 4}), n = tape.input(labels({0, 1, 2}));
  for (const Reduction r : reductions) {
    BOOST_CHECK_EXCEPTION(
        mse_loss(x, tape.zeros({4, 3}), r), Error,
        says({"squared_error", "[batch=3, features=4]", "[batch=4, features=3]"}));
  }
  BOOST_CHECK_EXCEPTION(huber(x, x, 0), Error, says({"huber", "a delta above 0", "0.0"}));
  BOOST_CHECK_EXCEPTION(huber(x, x, not_a_number), Error, says({"huber", "above 0", "nan"}));
  BOOST_CHECK_EXCEPTION(bce_with_logits(x, x, tape.zeros({3})), Error,
                        says({"weighted_bce", "[batch=3, features=4]", "[features=3]"}));
  LabelOptions options;
  options.class_weights = tape.zeros({3});
  BOOST_CHECK_EXCEPTION(cross_entropy(x, n, options), Error,
                        says({"cross_entropy", "[classes=4]", "float64 [3]"}));
  options.class_weights = {};
  for (const double smoothing : {-0.1, 1.1, not_a_number}) {
    options.label_smoothing = smoothing;
    BOOST_CHECK_EXCEPTION(
        cross_entropy(x, n, options), Error,
        says({"cross_entropy", "label smoothing in 0..1", std::to_string(smoothing)}));
  }
  options.label_smoothing = 0;
  options.ignore_index = 7;
  BOOST_CHECK_EXCEPTION(cross_entropy(x, tape.input(labels({0, 7, 8})), options), Error,
                        says({"cross_entropy", "labels in 0..3", "8 in row 2"}));
}

BOOST_AUTO_TEST_SUITE_END()
