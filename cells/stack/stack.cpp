#include <autograd/support/error.hpp>
#include <cells/stack/modified_cell.hpp>
#include <cells/stack/stack.hpp>

namespace carousel::cells {
namespace {

std::string prefix_of(Index layer, Index layers, bool backward) {
  const std::string prefix = layers == 1 ? "" : "layer" + std::to_string(layer + 1) + ".";
  return prefix + (backward ? "backward." : "");
}

}  // namespace

std::unique_ptr<AnyCell> Stack::built(const Make& make, const std::string& name, const Sizes& sizes,
                                      DType dtype, const std::string& prefix) {
  std::unique_ptr<AnyCell> cell = make();
  cell->set_name(name);
  if (modifiers_.in_step()) cell = std::make_unique<ModifiedCell>(std::move(cell), modifiers_);
  cell->set_prefix(prefix);
  cell->build(sizes, dtype);
  const auto needs_states = [&](bool asked, const char* what) {
    if (!asked || !cell->states().empty()) return;
    throw Error(ErrorKind::config, "cell '" + name + "', " + what, "a cell with states",
                "one without");
  };
  needs_states(modifiers_.stateful == "true", "stateful");
  needs_states(modifiers_.both_directions(), "bidirectional");
  needs_states(modifiers_.initial_state == "learned", "initial_state");
  params_.insert(params_.end(), cell->params().begin(), cell->params().end());
  cells_.push_back(cell.get());
  return cell;
}

Stack::Stack(const Make& make, const std::string& name, const Sizes& sizes, DType dtype,
             const Modifiers& modifiers)
    : modifiers_(modifiers) {
  modifiers_.check("cell '" + name + "', ");
  Index width = sizes.input_size;
  for (Index l = 0; l < modifiers_.layers; ++l) {
    Layer layer;
    for (int direction = 0; direction < (modifiers_.both_directions() ? 2 : 1); ++direction) {
      const std::string prefix = prefix_of(l, modifiers_.layers, direction == 1);
      auto& cell = direction == 0 ? layer.forward : layer.backward;
      cell = built(make, name, {width, sizes.hidden_size}, dtype, prefix);
      for (const StateSpec& state : cell->states()) {
        if (modifiers_.initial_state != "learned") break;
        layer.initial[direction].emplace_back(prefix + "initial_" + state.name, dtype,
                                              Shape{state.size}, Role::state);
        params_.push_back(layer.initial[direction].back());
      }
    }
    width = layer.forward->output_size() * (modifiers_.bidirectional == "concat" ? 2 : 1);
    const std::string prefix = prefix_of(l, modifiers_.layers, false);
    if (modifiers_.projection > 0) {
      layer.projection =
          Param(prefix + "projection", dtype, {modifiers_.projection, width}, Role::readout);
      params_.push_back(layer.projection);
      width = modifiers_.projection;
    }
    if (modifiers_.layer_norm) {
      layer.gain = Param(prefix + "norm_gain", dtype, {width}, Role::diagonal);
      layer.bias = Param(prefix + "norm_bias", dtype, {width}, Role::bias);
      params_.push_back(layer.gain);
      params_.push_back(layer.bias);
    }
    layers_.push_back(std::move(layer));
  }
  output_size_ = width;
}

void Stack::initialise(const Initialization& by_role, std::uint64_t seed) {
  Index number = 0;
  const auto table = initializers();
  for (Layer& layer : layers_) {
    for (AnyCell* cell : {layer.forward.get(), layer.backward.get()}) {
      if (cell == nullptr) continue;
      cells::initialise(*cell, by_role, seed, number);
      number += static_cast<Index>(cell->params().size());
    }
    if (layer.gain) layer.gain.mutable_value().fill(1);
    if (!layer.projection) continue;
    Random random(seed, "projection", static_cast<std::uint64_t>(number));
    Tensor block(DType::float64, layer.projection.shape());
    table.make("xavier")->fill(block, layer.forward->sizes(), random);
    Tensor& values = layer.projection.mutable_value();
    for (Index i = 0; i < block.size(); ++i) values.set(i, block.at(i));
  }
}

}  // namespace carousel::cells
