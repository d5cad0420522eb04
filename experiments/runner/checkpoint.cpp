#include <autograd/support/error.hpp>
#include <charconv>
#include <experiments/runner/checkpoint.hpp>
#include <experiments/runner/safetensors.hpp>

namespace carousel {
namespace {

const std::string& entry(const TensorFile& file, const std::filesystem::path& path,
                         const std::string& key) {
  const auto found = file.metadata.find(key);
  if (found == file.metadata.end()) {
    throw Error(ErrorKind::data, path.string(), "a checkpoint with '" + key + "'", "none",
                "Was it written by another program?");
  }
  return found->second;
}

Index number(const TensorFile& file, const std::filesystem::path& path, const std::string& key) {
  const std::string& text = entry(file, path, key);
  Index value = -1;
  const char* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, value);
  if (error != std::errc() || stop != end || value < 0) {
    throw Error(ErrorKind::data, path.string(),
                "an integer of 0 or more, within 64 bits, for '" + key + "'", "'" + text + "'");
  }
  return value;
}

/// The tensor of that name, which fits `into`.
const Tensor& stored_for(const TensorFile& file, const std::filesystem::path& path,
                         const std::string& name, const Tensor& into) {
  const auto found = file.tensors.find(name);
  const std::string expected =
      "'" + name + "' " + carousel::name(into.dtype()) + " " + to_string(into.shape());
  if (found == file.tensors.end()) {
    throw Error(ErrorKind::data, path.string(), expected, "no such tensor",
                "The checkpoint belongs to another cell, size or optimiser.");
  }
  const Tensor& stored = found->second;
  if (stored.dtype() != into.dtype() || stored.shape() != into.shape()) {
    throw Error(ErrorKind::data, path.string(), expected,
                std::string(carousel::name(stored.dtype())) + " " + to_string(stored.shape()),
                "The checkpoint belongs to another cell, size or dtype.");
  }
  return stored;
}

}  // namespace

void save_checkpoint(const std::filesystem::path& path, const Model& model,
                     optim::Optimizer& optimizer, const RunState& state) {
  const std::vector<Param> params = model.params();
  std::vector<TensorFile::Entry> tensors;
  for (const auto& param : params) tensors.push_back({param.name(), &param.value()});
  for (const auto& memory : optimizer.state()) tensors.push_back({memory.name, memory.tensor});
  TensorFile::write(path, tensors,
                    {{"format", "1"},
                     {"step", std::to_string(state.step)},
                     {"seed", std::to_string(state.seed)},
                     {"optimizer", optimizer.name()},
                     {"optimizer_steps", std::to_string(optimizer.steps())},
                     {"label", state.label},
                     {"task", state.task},
                     {"streams", "philox4x32-10: f(seed, name, step)"}});
}

RunState load_checkpoint(const std::filesystem::path& path, const Model& model,
                         optim::Optimizer& optimizer) {
  const TensorFile file = TensorFile::read(path);
  if (entry(file, path, "format") != "1") {
    throw Error(ErrorKind::data, path.string(), "a checkpoint of format 1",
                "format " + entry(file, path, "format"), "It was written by a newer version.");
  }
  const RunState state{number(file, path, "step"), number(file, path, "seed"),
                       entry(file, path, "label"), entry(file, path, "task")};
  const Index optimizer_steps = number(file, path, "optimizer_steps");
  // Everything is found and fits before anything changes.
  std::vector<Param> params = model.params();
  const auto memories = optimizer.state();
  std::vector<const Tensor*> values, remembered;
  for (const auto& param : params) {
    values.push_back(&stored_for(file, path, param.name(), param.value()));
  }
  for (const auto& memory : memories) {
    remembered.push_back(&stored_for(file, path, memory.name, *memory.tensor));
  }
  for (std::size_t i = 0; i < params.size(); ++i) params[i].mutable_value() = *values[i];
  for (std::size_t i = 0; i < memories.size(); ++i) *memories[i].tensor = *remembered[i];
  optimizer.set_steps(optimizer_steps);
  return state;
}

}  // namespace carousel
