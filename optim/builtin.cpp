#include <optim/adam.hpp>
#include <optim/builtin.hpp>
#include <optim/rmsprop.hpp>
#include <optim/sgd.hpp>

namespace carousel::optim {
namespace {

template <class T, class Base> void add(Table<Base>& table, const char* name, const char* doc) {
  table.add(name, doc, [] { return std::make_unique<T>(); });
}

}  // namespace

Table<Optimizer> optimizers() {
  Table<Optimizer> table("optimizer");
  add<Sgd>(table, SgdRule::name, "gradient descent, with momentum or Nesterov momentum");
  add<Rmsprop>(table, RmspropRule::name,
               "each gradient over the root of its running mean square (Tieleman and Hinton 2012)");
  add<Adam>(table, AdamRule::name, "running mean over running root mean square (Kingma, Ba 2015)");
  add<AdamW>(table, AdamWRule::name,
             "Adam with decoupled weight decay (Loshchilov and Hutter 2019)");
  return table;
}

Table<Schedule> schedules() {
  Table<Schedule> table("schedule");
  add<Constant>(table, "constant", "the same rate throughout, after the warm-up");
  add<StepDecay>(table, "step", "every `every` steps the rate is multiplied by `gamma`");
  add<Cosine>(table, "cosine", "half a cosine from the full rate to `final` of it");
  return table;
}

}  // namespace carousel::optim
