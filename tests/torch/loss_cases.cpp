#include <array>

#include "op_cases.hpp"

namespace carousel::testing {
namespace {

struct Ending {
  const char* name;
  Reduction ours;
  std::int64_t theirs;
};
const std::array<Ending, 3> endings{{{"none", Reduction::none, at::Reduction::None},
                                     {"mean", Reduction::mean, at::Reduction::Mean},
                                     {"sum", Reduction::sum, at::Reduction::Sum}}};

/// Two leaves of one shape, none of them empty: a mean over nothing is NaN on both sides.
std::vector<Leaves> pairs(Draw first, Draw second) {
  std::vector<Leaves> rounds;
  for (const Shape& shape : usual_shapes()) {
    if (shape.size() == 0) continue;
    rounds.push_back({{shape, first}, {shape, second}});
  }
  return rounds;
}

OpCase loss(const std::string& name, const Ending& end, std::vector<Leaves> rounds,
            std::function<Var(Vars)> ours, std::function<at::Tensor(Tensors)> theirs,
            int order = 2) {
  return {name + ", " + end.name,     std::move(rounds), std::move(ours), std::move(theirs), order,
          end.ours == Reduction::none};
}

/// Logits, targets and positive weights, of the logits' shape or one a class.
std::vector<Leaves> with_positive_weights(bool one_a_class) {
  std::vector<Leaves> rounds;
  for (Leaves leaves : pairs(Draw::normal, Draw::share)) {
    const Shape shape = leaves[0].shape;
    if (one_a_class && shape.rank() < 2) continue;
    leaves.push_back(constant(positives(one_a_class ? Shape{shape.columns()} : shape)));
    rounds.push_back(leaves);
  }
  return rounds;
}

void add_losses(std::vector<OpCase>& cases, const Ending& end) {
  const Reduction r = end.ours;
  const std::int64_t t = end.theirs;
  const auto add = [&](const OpCase& c) {
    cases.push_back(c);
    cases.push_back(tied(c));
  };
  add(loss(
      "mse_loss", end, pairs(Draw::normal, Draw::normal),
      [r](Vars x) { return mse_loss(x[0], x[1], r); },
      [t](Tensors x) { return at::mse_loss(x[0], x[1], t); }));
  add(loss(
      "l1_loss", end, pairs(Draw::normal, Draw::normal),
      [r](Vars x) { return l1_loss(x[0], x[1], r); },
      [t](Tensors x) { return at::l1_loss(x[0], x[1], t); }));
  for (const double delta : {1.0, 0.7}) {
    add(loss(
        "huber_loss", end, pairs(Draw::normal, Draw::normal),
        [r, delta](Vars x) { return huber_loss(x[0], x[1], delta, r); },
        [t, delta](Tensors x) { return at::huber_loss(x[0], x[1], t, delta); }));
  }
  cases.push_back(loss(
      "bce_loss", end, pairs(Draw::normal, Draw::share),
      [r](Vars x) { return bce_loss(x[0], x[1], r); },
      [t](Tensors x) { return at::binary_cross_entropy_with_logits(x[0], x[1], {}, {}, t); }));
  for (const bool one_a_class : {false, true}) {
    cases.push_back(loss(
        one_a_class ? "bce_loss, positive weights of classes" : "bce_loss, positive weights", end,
        with_positive_weights(one_a_class), [r](Vars x) { return bce_loss(x[0], x[1], x[2], r); },
        [t](Tensors x) { return at::binary_cross_entropy_with_logits(x[0], x[1], {}, x[2], t); }));
    cases.back().elementwise = cases.back().elementwise && !one_a_class;
  }
  cases.push_back(loss(
      "kl_loss", end, pairs(Draw::normal, Draw::share),
      [r](Vars x) { return kl_loss(x[0], x[1], r); },
      [t](Tensors x) { return at::kl_div(x[0], x[1], t); }));
}

}  // namespace

std::vector<OpCase> loss_cases() {
  std::vector<OpCase> cases;
  for (const Ending& end : endings) add_losses(cases, end);
  cases.push_back(
      binary("squared_error beside a bias", squared_error,
             [](const at::Tensor& a, const at::Tensor& b) { return at::square(a - b); }));
  cases.back().elementwise = false;
  return cases;
}

namespace {

/// Logits [..., classes], labels [...] and, where wanted, class weights [classes].
std::vector<Leaves> labelled(bool class_weights) {
  std::vector<Leaves> rounds;
  for (const Shape& shape :
       {Shape{7, 9}, Shape{1, 2}, Shape{4, 1}, Shape{2, 3, 5}, Shape{6}, Shape{2, 1, 3, 4}}) {
    const Index classes = shape.columns();
    rounds.push_back({normals(shape), labels(shape.without(shape.rank() - 1), classes)});
    if (class_weights) rounds.back().push_back(constant(positives({classes})));
  }
  return rounds;
}

/// libtorch has its classes on axis 1: rows side by side, and the result's shape put back.
at::Tensor their_cross_entropy(Tensors x, bool weighted, std::int64_t reduction,
                               std::int64_t ignored, double smoothing) {
  const c10::optional<at::Tensor> weights = weighted ? c10::make_optional(x[2]) : c10::nullopt;
  const auto losses = at::cross_entropy_loss(x[0].reshape({-1, x[0].size(-1)}), x[1].reshape({-1}),
                                             weights, reduction, ignored, smoothing);
  return reduction == at::Reduction::None ? losses.reshape(x[1].sizes()) : losses;
}

}  // namespace

std::vector<OpCase> label_loss_cases() {
  constexpr std::int64_t none = -100;
  std::vector<OpCase> cases{
      {"cross_entropy", labelled(false), [](Vars x) { return cross_entropy(x[0], x[1]); },
       [](Tensors x) { return their_cross_entropy(x, false, at::Reduction::None, none, 0); }}};
  for (const Ending& end : endings) {
    for (const bool weighted : {false, true}) {
      for (const bool ignoring : {false, true}) {
        for (const double smoothing : {0.0, 0.1, 1.0}) {
          OpCase c;
          c.name = std::string("cross_entropy, ") + end.name + (weighted ? ", class weights" : "") +
                   (ignoring ? ", ignore_index" : "") + ", smoothing " + std::to_string(smoothing);
          c.rounds = labelled(weighted);
          if (ignoring) {  // a label that is surely not the only one
            c.rounds = {{normals({40, 3}), labels({40}, 3)},
                        {normals({3, 10, 5}), labels({3, 10}, 5)}};
            for (Leaves& leaves : c.rounds) {
              if (weighted) leaves.push_back(constant(positives({leaves[0].shape.columns()})));
            }
          }
          c.ours = [=](Vars x) {
            LabelOptions options;
            if (weighted) options.class_weights = x[2];
            if (ignoring) options.ignore_index = 1;
            options.label_smoothing = smoothing;
            return cross_entropy(x[0], x[1], options, end.ours);
          };
          c.theirs = [=](Tensors x) {
            return their_cross_entropy(x, weighted, end.theirs, ignoring ? 1 : none, smoothing);
          };
          cases.push_back(std::move(c));
        }
      }
    }
  }
  cases.push_back({"soft_cross_entropy",
                   {{normals({5}), shares({5})},
                    {normals({4, 1}), shares({4, 1})},
                    {normals({7, 9}), shares({7, 9})},
                    {normals({0, 3}), shares({0, 3})},
                    {normals({2, 3, 5}), shares({2, 3, 5})}},
                   [](Vars x) { return soft_cross_entropy(x[0], x[1]); },
                   [](Tensors x) {
                     const auto n = x[0].size(-1);
                     return at::cross_entropy_loss(x[0].reshape({-1, n}), x[1].reshape({-1, n}), {},
                                                   at::Reduction::None)
                         .reshape(x[0].sizes().slice(0, x[0].dim() - 1));
                   }});
  return cases;
}

}  // namespace carousel::testing
