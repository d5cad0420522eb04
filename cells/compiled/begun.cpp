#include <algorithm>
#include <cells/compiled/lowering.hpp>

/// Which gradients a step is the first to add to: whether it may assign them.
namespace carousel::cells::compiled {

using Home = Buffer::Home;

Instruction::Target Lowering::target(int value, bool assigns) {
  const Place place = places_.gradient(value);
  note(value, place, 0, assigns);
  return {place, true, false};
}

// Called before the instruction is put at the end of the program.
void Lowering::note(int value, const Place& place, std::size_t target, bool assigns) {
  const int root = places_.root(value);
  const Home home = program().buffers[static_cast<std::size_t>(place.buffer)].home;
  const bool from_before = !places_.is_state(root) && received_.count(-1 - root) > 0;
  received_.insert(owner(value));
  // What is given from outside, or comes from the next step, is there already.
  if (from_before || home == Home::d_outputs) return;
  const std::size_t here = program().backward.size();
  const auto [entry, is_new] = begun_.try_emplace(root);
  Begun& begun = entry->second;
  if (is_new) {
    begun.first = here;
    begun.whole = places_.gradient(root);
  }
  const bool like_whole = place.stride == begun.whole.stride && place.shape.rank() >= 1 &&
                          place.shape.rows() == begun.whole.shape.rows();
  bool apart = true;
  for (const auto& part : begun.parts) {
    const bool same = part.offset == place.offset && part.columns == place.shape.columns();
    if (same && like_whole && part.instruction != here) return;  // adds to it
    apart = apart && (part.offset + part.columns <= place.offset ||
                      place.offset + place.shape.columns() <= part.offset);
  }
  begun.regular = begun.regular && like_whole && apart && assigns;
  begun.parts.push_back({place.offset, place.shape.columns(), here, target});
}

void Lowering::finish_begun() {
  std::vector<std::pair<std::size_t, Place>> clears;
  for (auto& [root, begun] : begun_) {
    Index covered = 0;
    for (const auto& part : begun.parts) covered += part.columns;
    if (begun.regular && covered == begun.whole.shape.columns()) {
      for (const auto& part : begun.parts) {
        program().backward[part.instruction].dx[part.target].fresh = true;
      }
    } else {
      clears.emplace_back(begun.first, begun.whole);
    }
  }
  std::sort(clears.begin(), clears.end(),
            [](const auto& a, const auto& b) { return a.first > b.first; });
  for (const auto& [before, place] : clears) {
    Instruction clear;
    clear.kind = Instruction::Kind::clear;
    clear.y = place;
    program().backward.insert(program().backward.begin() + static_cast<std::ptrdiff_t>(before),
                              clear);
  }
}

}  // namespace carousel::cells::compiled
