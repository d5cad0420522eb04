#include <autograd/support/error.hpp>
#include <limits>
#include <optim/adam.hpp>
#include <optim/builtin.hpp>
#include <optim/rmsprop.hpp>
#include <optim/sgd.hpp>
#include <tests/optim/trajectory.hpp>

using namespace carousel;
using namespace carousel::optim;
using namespace carousel::optim::test;

namespace {

/// The message of the error that f throws, "" when it throws none.
template <class F> std::string message(F&& f) {
  try {
    f();
  } catch (const Error& error) {
    return error.what();
  }
  return "";
}

/// Every optimiser with all the state that it can have.
std::vector<std::unique_ptr<Optimizer>> with_state() {
  std::vector<std::unique_ptr<Optimizer>> result;
  result.push_back(std::make_unique<Sgd>(SgdRule{0.01, 0.9, true, 0.01}));
  result.push_back(std::make_unique<Rmsprop>(RmspropRule{0.001, 0.9, 1e-8, 0.9, true, 0.01}));
  result.push_back(std::make_unique<Adam>());
  result.push_back(std::make_unique<AdamW>());
  return result;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(optim)

BOOST_AUTO_TEST_CASE(optimizer_tied_parameter_counts_once) {
  Sgd sgd(SgdRule{0.5, 0, false, 0});
  const Param w = scalar_param(1), tied = w, other = scalar_param(1, "other");
  sgd.add({w, tied});
  sgd.add({other, w});
  BOOST_REQUIRE(sgd.params().size() == 2u);
  BOOST_TEST((sgd.params()[0] == w && sgd.params()[1] == other));
  sgd.step({scalar_gradient(1)[0], scalar_gradient(2)[0]});
  BOOST_TEST(w.value().at(0) == 0.5);
  BOOST_TEST(other.value().at(0) == 0.0);
}

BOOST_AUTO_TEST_CASE(optimizer_groups_keep_their_settings) {
  Sgd sgd(SgdRule{0.5, 0, false, 0});
  const Param fast = scalar_param(1, "fast"), slow = scalar_param(1, "slow");
  sgd.add({fast});
  sgd.rule().lr = 0.25;
  sgd.rule().momentum = 0.5;
  sgd.add({slow});
  BOOST_TEST(sgd.state().size() == 1u);
  const Gradients ones{scalar_gradient(1)[0], scalar_gradient(1)[0]};
  sgd.step(ones);
  sgd.step(ones);
  BOOST_TEST(fast.value().at(0) == 1 - 0.5 * 2);
  BOOST_TEST(slow.value().at(0) == 1 - 0.25 * (1 + 1.5));
}

BOOST_AUTO_TEST_CASE(optimizer_lr_factor_and_version) {
  Sgd sgd(SgdRule{0.5, 0, false, 0});
  const Param w = scalar_param(1);
  sgd.add({w});
  const Index version = w.version();
  sgd.step(scalar_gradient(1), 0.5);
  BOOST_TEST(w.value().at(0) == 0.75);
  BOOST_TEST(w.version() > version);
  BOOST_TEST(sgd.steps() == 1);
  for (const double bad :
       {-0.5, std::numeric_limits<double>::quiet_NaN(), std::numeric_limits<double>::infinity()}) {
    BOOST_CHECK_THROW(sgd.step(scalar_gradient(1), bad), Error);
  }
  BOOST_TEST(w.value().at(0) == 0.75);
  BOOST_TEST(sgd.steps() == 1);
}

BOOST_AUTO_TEST_CASE(optimizer_names_a_gradient_of_wrong_shape_or_dtype) {
  Adam adam;
  const std::vector<Param> params = make_params(DType::float32);
  adam.add(params);
  Gradients gradients = make_gradients(DType::float32, 1);
  gradients[1] = Tensor(DType::float32, Shape{1, 4});
  BOOST_TEST(message([&] { adam.step(gradients); }) ==
             "adam.step, parameter 'bias': expected a gradient of float32 [4]; got float32 "
             "[1, 4]. Gradients go in the order of params().");
  gradients[1] = Tensor(DType::float64, Shape{4});
  BOOST_TEST(message([&] { adam.step(gradients); }) ==
             "adam.step, parameter 'bias': expected a gradient of float32 [4]; got float64 [4]. "
             "Gradients go in the order of params().");
  BOOST_TEST(adam.steps() == 0);
  BOOST_TEST(params[0].value().at(0) == start_value(0, 0));  // the one before it is untouched
}

BOOST_AUTO_TEST_CASE(optimizer_names_a_wrong_count) {
  Adam adam;
  adam.add(make_params(DType::float32));
  Gradients gradients = make_gradients(DType::float32, 1);
  gradients.pop_back();
  BOOST_TEST(message([&] { adam.step(gradients); }) ==
             "adam.step: expected 3 gradients, one for each of params(); got 2, none for "
             "parameter 'scale'");
  gradients = make_gradients(DType::float32, 1);
  gradients.push_back(gradients[2]);
  BOOST_TEST(message([&] { adam.step(gradients); }) ==
             "adam.step: expected 3 gradients, one for each of params(); got 4, going on after "
             "the last parameter 'scale'");
}

BOOST_AUTO_TEST_CASE(optimizer_refuses_equal_names_and_late_groups) {
  Adam adam;
  adam.add({scalar_param(1)});
  BOOST_TEST(message([&] { adam.add({scalar_param(2)}); }) ==
             "adam.add: expected a name of its own for each parameter; got two different "
             "parameters named 'w'. Give one of them a prefix, such as its layer.");
  BOOST_TEST(adam.params().size() == 1u);
  adam.step(scalar_gradient(1));
  BOOST_TEST(message([&] { adam.add({scalar_param(2, "late")}); }) ==
             "adam.add: expected groups before the first step; got one after 1 steps. Add every "
             "group first.");
  BOOST_CHECK_THROW(adam.set_steps(-1), Error);
}

// Ten steps and their state; a fresh optimiser that gets them goes on with the same bits.
BOOST_AUTO_TEST_CASE(optimizer_state_round_trip) {
  for (const DType dtype : {DType::float32, DType::float64}) {
    auto originals = with_state(), resumed = with_state();
    for (std::size_t k = 0; k < originals.size(); ++k) {
      Optimizer &a = *originals[k], &b = *resumed[k];
      const std::vector<Param> params = make_params(dtype);
      std::vector<Param> copies = make_params(dtype);
      a.add(params);
      b.add(copies);
      for (int t = 1; t <= 10; ++t) a.step(make_gradients(dtype, t));

      const std::vector<NamedState> from = a.state(), to = b.state();
      BOOST_REQUIRE(!from.empty());
      BOOST_REQUIRE(from.size() == to.size());
      for (std::size_t i = 0; i < from.size(); ++i) {
        BOOST_TEST(from[i].name == to[i].name);
        BOOST_TEST(!identical(*from[i].tensor, *to[i].tensor));
        *to[i].tensor = *from[i].tensor;
      }
      b.set_steps(a.steps());
      for (std::size_t i = 0; i < params.size(); ++i) copies[i].mutable_value() = params[i].value();

      for (int t = 11; t <= 15; ++t) {
        a.step(make_gradients(dtype, t));
        b.step(make_gradients(dtype, t));
      }
      BOOST_TEST(b.steps() == 15);
      for (std::size_t i = 0; i < params.size(); ++i) {
        BOOST_TEST(identical(params[i].value(), copies[i].value()), a.name());
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(optimizer_of_no_parameters_steps) {
  Adam adam;
  adam.add({});
  adam.step({});
  BOOST_TEST(adam.steps() == 1);
}

// Every registered optimiser goes downhill on w², whatever its defaults.
BOOST_AUTO_TEST_CASE(builtin_optimizers) {
  BOOST_TEST(optimizers().names() == (Words{"sgd", "rmsprop", "adam", "adamw"}),
             boost::test_tools::per_element());
  const Table<Optimizer> table = optimizers();
  for (const auto& entry : table.entries()) {
    const std::unique_ptr<Optimizer> optimizer = entry.make();
    BOOST_TEST(optimizer->name() == entry.name);
    BOOST_TEST(!entry.doc.empty());
    const std::vector<SettingDoc> docs = document(*optimizer);
    BOOST_TEST(docs[0].key == "lr");
    BOOST_TEST(docs[0].value == (entry.name == "sgd" ? "0.01" : "0.001"));
    for (const SettingDoc& doc : docs) BOOST_TEST(!doc.doc.empty());
    const Param w = scalar_param(1);
    optimizer->add({w});
    for (int t = 0; t < 50; ++t) optimizer->step(scalar_gradient(2 * w.value().at(0)));
    BOOST_TEST(std::abs(w.value().at(0)) < 0.97, entry.name);
  }
}

BOOST_AUTO_TEST_SUITE_END()
