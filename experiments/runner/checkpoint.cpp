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

/// Somewhere to put a stored tensor: a parameter, or a memory of the optimiser.
struct Place {
  std::string name;
  Tensor* tensor;  ///< null for a parameter, which is written to through itself
  Param param;
  const Tensor* stored = nullptr;

  const Tensor& present() const { return tensor != nullptr ? *tensor : param.value(); }
};

std::vector<Place> places_of(const Model& model) {
  std::vector<Place> places;
  for (const Param& param : model.params()) places.push_back({param.name(), nullptr, param});
  return places;
}

/// Fills the places from the file: everything is found and fits before anything changes.
void put_back(const TensorFile& file, const std::filesystem::path& path,
              std::vector<Place> places) {
  for (Place& place : places) place.stored = &stored_for(file, path, place.name, place.present());
  for (Place& place : places) {
    (place.tensor != nullptr ? *place.tensor : place.param.mutable_value()) = *place.stored;
  }
}

RunState state_of(const TensorFile& file, const std::filesystem::path& path) {
  if (entry(file, path, "format") != "1") {
    throw Error(ErrorKind::data, path.string(), "a checkpoint of format 1",
                "format " + entry(file, path, "format"), "It was written by a newer version.");
  }
  return {number(file, path, "step"), number(file, path, "seed"), entry(file, path, "label"),
          entry(file, path, "task")};
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

RunState load_parameters(const std::filesystem::path& path, const Model& model) {
  const TensorFile file = TensorFile::read(path);
  const RunState state = state_of(file, path);
  put_back(file, path, places_of(model));
  return state;
}

RunState load_checkpoint(const std::filesystem::path& path, const Model& model,
                         optim::Optimizer& optimizer) {
  const TensorFile file = TensorFile::read(path);
  const RunState state = state_of(file, path);
  const Index optimizer_steps = number(file, path, "optimizer_steps");
  std::vector<Place> places = places_of(model);
  for (const auto& memory : optimizer.state()) places.push_back({memory.name, memory.tensor, {}});
  put_back(file, path, std::move(places));
  optimizer.set_steps(optimizer_steps);
  return state;
}

}  // namespace carousel
