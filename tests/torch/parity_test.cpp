#define BOOST_TEST_MODULE carousel_torch
#include <torch/torch.h>

#include <boost/test/unit_test.hpp>
#include <cells/library/gru.hpp>
#include <cells/library/lstm.hpp>
#include <cells/library/vanilla.hpp>
#include <cells/unroll.hpp>
#include <tests/support/tensors.hpp>

#include "interchange.hpp"

namespace carousel::testing {
namespace {

/// Extents of xs [time, batch, input] and of the states [batch, hidden].
struct Extents {
  Index input, hidden, batch, time;
};
const std::vector<Extents> all_extents{{1, 1, 1, 1}, {3, 1, 2, 6}, {2, 5, 1, 7},
                                       {4, 7, 3, 1}, {1, 4, 2, 2}, {5, 16, 3, 30}};

/// A loss that is linear in all that a recurrence gives: Σ_t ⟨u_t, output_t⟩ + Σ_k ⟨v_k, state_k⟩.
struct Problem {
  Tensor xs;
  std::vector<Tensor> initial;
  std::vector<Tensor> cotangents;  ///< u [time, batch, hidden], then v_k [batch, hidden]
};

Problem random_problem(const Extents& e, std::size_t states, Random& random) {
  Problem p{normal({e.time, e.batch, e.input}, random), {}, {}};
  p.cotangents.push_back(normal({e.time, e.batch, e.hidden}, random));
  for (std::size_t k = 0; k < states; ++k) {
    p.initial.push_back(normal({e.batch, e.hidden}, random));
    p.cotangents.push_back(normal({e.batch, e.hidden}, random));
  }
  return p;
}

/// Steps t.. of a sequence [time, batch, features].
Tensor steps_from(const Tensor& sequence, Index t) {
  const Index step = sequence.size() / sequence.shape()[0];
  Tensor result(sequence.dtype(), sequence.shape().with(0, sequence.shape()[0] - t));
  for (Index i = 0; i < result.size(); ++i) result.set(i, sequence.at(t * step + i));
  return result;
}
Tensor step(const Tensor& sequence, Index t) {
  Tensor result(sequence.dtype(), sequence.shape().without(0));
  for (Index i = 0; i < result.size(); ++i) result.set(i, sequence.at(t * result.size() + i));
  return result;
}

/// What both sides compute. Gradients of the loss: of xs, of the initial states, of the parameters.
struct Outcome {
  std::vector<Tensor> results;  ///< outputs [time, batch, hidden], final states [batch, hidden]
  std::vector<Tensor> gradients;
  std::vector<std::vector<Tensor>> states, flow;  ///< s_t and dL/ds_t at [k][t], ours only
};

Outcome ours(const cells::AnyCell& cell, const Problem& p) {
  Tape tape(DType::float64);
  const Var xs = tape.variable(p.xs);
  cells::UnrollOptions options;
  std::vector<Var> wanted{xs};
  for (const auto& state : p.initial) {
    options.initial.push_back(tape.variable(state));
    wanted.push_back(options.initial.back());
  }
  for (const auto& param : cell.params()) wanted.emplace_back(param);
  const cells::Unrolled run = cells::unroll(cell, xs, options);

  std::vector<Var> results{stack(run.outputs)};
  for (const auto& over_time : run.states) results.push_back(over_time.back());
  Var loss = sum(results[0] * tape.input(p.cotangents[0]));
  for (std::size_t k = 1; k < results.size(); ++k) {
    loss = loss + sum(results[k] * tape.input(p.cotangents[k]));
  }
  Outcome outcome;
  for (const auto& result : results) outcome.results.push_back(result.value());
  {
    const Adjoints adjoints = tape.backward(loss, wanted);
    for (const auto& value : wanted) outcome.gradients.push_back(adjoints[value]);
  }
  const Adjoints adjoints = tape.backward(loss, run.all_states());
  for (const auto& over_time : run.states) {
    outcome.states.emplace_back();
    outcome.flow.emplace_back();
    for (const auto& state : over_time) {
      outcome.states.back().push_back(state.value());
      outcome.flow.back().push_back(adjoints[state]);
    }
  }
  return outcome;
}

using TorchStates = std::vector<at::Tensor>;  // each [1, batch, hidden]

TorchStates final_states(const at::Tensor& h) { return {h}; }
TorchStates final_states(const std::tuple<at::Tensor, at::Tensor>& s) {
  return {std::get<0>(s), std::get<1>(s)};
}
auto forward(torch::nn::LSTM& module, const at::Tensor& xs, const TorchStates& s) {
  return module->forward(xs, std::make_tuple(s[0], s[1]));
}
template <class Module> auto forward(Module& module, const at::Tensor& xs, const TorchStates& s) {
  return module->forward(xs, s[0]);
}

template <class Module> Outcome theirs(Module& module, const Problem& p) {
  module->zero_grad();
  const at::Tensor xs = to_torch_variable(p.xs);
  TorchStates initial, given;
  for (const auto& state : p.initial) {
    initial.push_back(to_torch_variable(state));
    given.push_back(initial.back().unsqueeze(0));
  }
  const auto [outputs, last] = forward(module, xs, given);
  TorchStates results{outputs};
  for (const auto& state : final_states(last)) results.push_back(state.squeeze(0));
  at::Tensor loss = at::zeros({}, at::kDouble);
  for (std::size_t k = 0; k < results.size(); ++k) {
    loss = loss + (results[k] * to_torch(p.cotangents[k])).sum();
  }
  loss.backward();
  Outcome outcome;
  for (const auto& result : results) outcome.results.push_back(from_torch(result));
  outcome.gradients.push_back(from_torch(xs.grad()));
  for (const auto& state : initial) outcome.gradients.push_back(from_torch(state.grad()));
  for (const auto& param : module->parameters()) {
    outcome.gradients.push_back(from_torch(param.grad()));
  }
  return outcome;
}

void compare(const char* what, const std::vector<Tensor>& a, const std::vector<Tensor>& b) {
  BOOST_TEST_REQUIRE(a.size() == b.size());
  for (std::size_t i = 0; i < a.size(); ++i) {
    BOOST_TEST_CONTEXT(what << " " << i) { BOOST_TEST(distance(a[i], b[i]) < parity); }
  }
}

/// dL/ds_t is the gradient of the initial state of the sequence that begins with step t, and what
/// comes to it from step t-1, where h_t is the output and, in an LSTM, h_t = o∘tanh(c_t).
template <class Module>
void compare_flow(const Outcome& outcome, Module& module, const Problem& p) {
  for (Index t = 0; t < p.xs.shape()[0]; ++t) {
    const auto at = static_cast<std::size_t>(t);
    Problem rest = p;
    rest.xs = steps_from(p.xs, t);
    rest.cotangents[0] = steps_from(p.cotangents[0], t);
    std::vector<Tensor> flow;
    for (std::size_t k = 0; k < p.initial.size(); ++k) {
      rest.initial[k] = outcome.states[k][at];
      flow.push_back(outcome.flow[k][at]);
    }
    const std::vector<Tensor> gradients = theirs(module, rest).gradients;
    std::vector<Tensor> expected(gradients.begin() + 1,
                                 gradients.begin() + 1 + static_cast<Index>(p.initial.size()));
    if (t > 0) {
      const Tensor u = step(p.cotangents[0], t - 1);
      for (Index i = 0; i < u.size(); ++i) {
        expected[0].set(i, expected[0].at(i) + u.at(i));
        if (expected.size() == 1) continue;
        const double h = rest.initial[0].at(i), tanh_c = std::tanh(rest.initial[1].at(i));
        const double o = h / tanh_c, dc = expected[0].at(i) * o * (1 - tanh_c * tanh_c);
        expected[1].set(i, expected[1].at(i) + dc);
      }
    }
    BOOST_TEST_CONTEXT("dL/ds at time step " << t) { compare("state", flow, expected); }
  }
}

/// Both sides with the same parameters, on all extents.
template <class Module, class Options, class Cell>
void check(const Cell& cell, const std::function<Options(const Extents&)>& options) {
  Random random(1, "parity");
  for (const auto& e : all_extents) {
    BOOST_TEST_CONTEXT("input " << e.input << ", hidden " << e.hidden << ", batch " << e.batch
                                << ", time " << e.time) {
      const auto built = cells::erase(cell);
      built->build({e.input, e.hidden}, DType::float64);
      Module module(options(e));
      module->to(at::kDouble);
      const auto parameters = module->parameters();
      BOOST_TEST_REQUIRE(parameters.size() == built->params().size());
      torch::NoGradGuard guard;
      for (std::size_t i = 0; i < parameters.size(); ++i) {
        Param param = built->params()[i];
        Tensor& values = param.mutable_value();
        const double scale = 1 / std::sqrt(static_cast<double>(e.hidden));
        for (Index j = 0; j < values.size(); ++j) values.set(j, scale * random.normal());
        parameters[i].copy_(to_torch(values));
      }
      torch::AutoGradMode recording(true);
      const Problem p = random_problem(e, built->states().size(), random);
      const Outcome outcome = ours(*built, p), reference = theirs(module, p);
      compare("result", outcome.results, reference.results);
      compare("gradient", outcome.gradients, reference.gradients);
      compare_flow(outcome, module, p);
    }
  }
}

void check_vanilla(const char* activation) {
  cells::Vanilla cell;
  cell.activation = activation;
  check<torch::nn::RNN, torch::nn::RNNOptions>(cell, [activation](const Extents& e) {
    torch::nn::RNNOptions options(e.input, e.hidden);
    if (activation == std::string("relu")) {
      options.nonlinearity(torch::kReLU);
    } else {
      options.nonlinearity(torch::kTanh);
    }
    return options;
  });
}

}  // namespace

BOOST_AUTO_TEST_SUITE(torch)

BOOST_AUTO_TEST_CASE(lstm) {
  check<::torch::nn::LSTM, ::torch::nn::LSTMOptions>(
      cells::Lstm{}, [](const Extents& e) { return ::torch::nn::LSTMOptions(e.input, e.hidden); });
}

BOOST_AUTO_TEST_CASE(gru) {
  check<::torch::nn::GRU, ::torch::nn::GRUOptions>(
      cells::Gru{}, [](const Extents& e) { return ::torch::nn::GRUOptions(e.input, e.hidden); });
}

BOOST_AUTO_TEST_CASE(rnn_tanh) { check_vanilla("tanh"); }
BOOST_AUTO_TEST_CASE(rnn_relu) { check_vanilla("relu"); }

BOOST_AUTO_TEST_SUITE_END()

}  // namespace carousel::testing
