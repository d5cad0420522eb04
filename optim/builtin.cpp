#include <optim/adam.hpp>
#include <optim/builtin.hpp>
#include <optim/rmsprop.hpp>
#include <optim/sgd.hpp>

namespace carousel::optim {
Table<Optimizer> optimizers() {
  Table<Optimizer> table("optimizer");
  table.add<Sgd>(SgdRule::name, "gradient descent, with momentum or Nesterov momentum");
  table.add<Rmsprop>(
      RmspropRule::name,
      "each gradient over the root of its running mean square (Tieleman and Hinton 2012)");
  table.add<Adam>(AdamRule::name, "running mean over running root mean square (Kingma, Ba 2015)");
  table.add<AdamW>(AdamWRule::name,
                   "Adam with decoupled weight decay (Loshchilov and Hutter 2019)");
  return table;
}

Table<Schedule> schedules() {
  Table<Schedule> table("schedule");
  table.add<Constant>("constant", "the same rate throughout, after the warm-up");
  table.add<StepDecay>("step", "every `every` steps the rate is multiplied by `gamma`");
  table.add<Cosine>("cosine", "half a cosine from the full rate to `final` of it");
  return table;
}

}  // namespace carousel::optim
