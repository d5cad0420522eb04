#include <autograd/op_check.hpp>
#include <autograd/ops.hpp>
#include <autograd/sampler.hpp>
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <functional>

// What check_op makes of a user's op that is wrong in one place.

using namespace carousel;

namespace {

/// Calls f(index of row and column) for a view.
template <class F> void each(const View& view, const F& f) {
  for (Index r = 0; r < view.rows(); ++r) {
    for (Index c = 0; c < view.columns(); ++c) f(r, c);
  }
}

Op* under_test = nullptr;

/// y = sin(x)/2, correctly.
Op half_sine() {
  Op op{};
  op.name = "half_sine";
  op.doc = "sin(x) / 2";
  op.arity = 1;
  op.reads = reads_x0;
  op.shape = [](const Operands& x, const Attr&) { return x[0].shape; };
  op.forward = [](const Forward& k) {
    with_floating(k.y.dtype, [&](auto t) {
      using T = decltype(t);
      each(k.y, [&](Index r, Index c) { k.y.row<T>(r)[c] = std::sin(k.x[0].row<T>(r)[c]) / 2; });
    });
  };
  op.pullback = [](const Pullback& k) {
    with_floating(k.dy.dtype, [&](auto t) {
      using T = decltype(t);
      each(k.dy, [&](Index r, Index c) {
        k.dx[0].view.row<T>(r)[c] += k.dy.row<T>(r)[c] * std::cos(k.x[0].row<T>(r)[c]) / 2;
      });
    });
  };
  op.graph = [](const GraphPullback& k) { k.dx[0] = k.dy * cos(k.x[0]) * 0.5; };
  op.sample = [](Sampler& s) {
    const Var x = s.normal(s.shape());
    record(*under_test, {&x});
  };
  return op;
}

/// check_op of the op with one thing changed.
OpCheck checked(const std::function<void(Op&)>& change) {
  Op op = half_sine();
  change(op);
  under_test = &op;
  OpCheck result = check_op(op);
  result.op = nullptr;
  under_test = nullptr;
  return result;
}

bool mentions(const OpCheck& check, const std::string& part) {
  for (const std::string& fault : check.faults) {
    if (fault.find(part) != std::string::npos) return true;
  }
  return false;
}

constexpr Edge right_edge[] = {{{0, 0, 0}, 0, {0.5, 0, 0}}};
constexpr Edge wrong_edge[] = {{{0, 0, 0}, 0, {1, 0, 0}}};

}  // namespace

BOOST_AUTO_TEST_SUITE(autograd)

BOOST_AUTO_TEST_CASE(op_check_passes_a_right_op) {
  const OpCheck check = checked([](Op& op) { op.edges = {right_edge, 1}; });
  BOOST_TEST(check.faults.empty());
  BOOST_TEST((check.gradients > 20 && check.second > 10 && check.float32 > 20));
  BOOST_TEST(check.edges == 4);
}

BOOST_AUTO_TEST_CASE(op_check_finds_a_wrong_pullback) {
  const OpCheck check = checked([](Op& op) {
    op.pullback = [](const Pullback& k) {
      with_floating(k.dy.dtype, [&](auto t) {
        using T = decltype(t);
        each(k.dy, [&](Index r, Index c) {
          k.dx[0].view.row<T>(r)[c] += k.dy.row<T>(r)[c] * std::cos(k.x[0].row<T>(r)[c]);
        });
      });
    };
  });
  BOOST_TEST(mentions(check, "half_sine"));
  BOOST_TEST(mentions(check, "pullback "));
  BOOST_TEST(mentions(check, "on a tape and on arrays"));
}

BOOST_AUTO_TEST_CASE(op_check_finds_what_is_read_in_secret) {
  BOOST_TEST(mentions(checked([](Op& op) { op.reads = reads_nothing; }), "pullback nan"));
}

// The value of its pullback is right; the derivative of that is not.
BOOST_AUTO_TEST_CASE(op_check_finds_a_wrong_second_order) {
  const OpCheck check = checked([](Op& op) {
    op.graph = [](const GraphPullback& k) { k.dx[0] = k.dy * detach(cos(k.x[0])) * 0.5; };
  });
  BOOST_TEST(mentions(check, "the derivative of its pullback"));
  BOOST_TEST(!mentions(check, "on arrays"));
}

BOOST_AUTO_TEST_CASE(op_check_finds_float32_that_differs) {
  const OpCheck check = checked([](Op& op) {
    op.forward = [](const Forward& k) {
      const bool narrow = k.y.dtype == DType::float32;
      with_floating(k.y.dtype, [&](auto t) {
        using T = decltype(t);
        each(k.y, [&](Index r, Index c) {
          const T x = k.x[0].row<T>(r)[c];
          k.y.row<T>(r)[c] = narrow ? (x - x * x * x / 6) / 2 : std::sin(x) / 2;
        });
      });
    };
  });
  BOOST_TEST(mentions(check, "values in float32 and in float64"));
}

BOOST_AUTO_TEST_CASE(op_check_finds_a_wrong_edge) {
  const OpCheck check = checked([](Op& op) { op.edges = {wrong_edge, 1}; });
  BOOST_TEST(check.faults.size() == 2);
  BOOST_TEST(mentions(check, "half_sine in float32 at (0) -> 0, slope 1: slope 0.5"));
}

// An op whose sampler gives nothing to look at has not passed.
BOOST_AUTO_TEST_CASE(op_check_of_nothing_has_not_passed) {
  Op op = half_sine();
  op.sample = [](Sampler&) {};
  BOOST_TEST(!check_op(op).passed());
}

BOOST_AUTO_TEST_SUITE_END()
