#include <algorithm>
#include <cells/compiled/lowering.hpp>

/// Which gradients a step is the first to add to: whether it may assign them.
namespace carousel::cells::compiled {

using Home = Buffer::Home;

Instruction::Target Lowering::target(int value, bool assigns, std::vector<Instruction>& list) {
  const Place place = places_.gradient(value);
  note(value, place, 0, assigns, list);
  return {place, true, false};
}

// Called before the instruction is put at the end of the list.
void Lowering::note(int value, const Place& place, std::size_t target, bool assigns,
                    std::vector<Instruction>& list) {
  const int root = places_.root(value);
  const Home home = program().buffers[static_cast<std::size_t>(place.buffer)].home;
  const bool from_before = !places_.is_state(root) && received_.count(-1 - root) > 0;
  received_.insert(owner(value));
  // What is given from outside, or comes from the next step, is there already.
  if (from_before || home == Home::d_outputs) return;
  const std::size_t here = list.size();
  const auto [entry, is_new] = begun_.try_emplace(root);
  Begun& begun = entry->second;
  if (is_new) {
    begun.list = &list;
    begun.first = here;
    begun.whole = places_.gradient(root);
  }
  const bool like_whole = place.stride == begun.whole.stride && place.shape.rank() >= 1 &&
                          place.shape.rows() == begun.whole.shape.rows();
  bool apart = true;
  for (const auto& part : begun.parts) {
    const bool same = part.offset == place.offset && part.columns == place.shape.columns();
    const bool earlier = part.list != &list || part.instruction != here;
    if (same && like_whole && earlier) return;  // adds to it
    apart = apart && (part.offset + part.columns <= place.offset ||
                      place.offset + place.shape.columns() <= part.offset);
  }
  begun.regular = begun.regular && like_whole && apart && assigns;
  begun.parts.push_back({place.offset, place.shape.columns(), &list, here, target});
}

void Lowering::finish_begun() {
  std::vector<const Begun*> clears;
  for (auto& [root, begun] : begun_) {
    Index covered = 0;
    for (const auto& part : begun.parts) covered += part.columns;
    if (begun.regular && covered == begun.whole.shape.columns()) {
      for (const auto& part : begun.parts) {
        (*part.list)[part.instruction].dx[part.target].fresh = true;
      }
    } else {
      clears.push_back(&begun);
    }
  }
  std::sort(clears.begin(), clears.end(),
            [](const Begun* a, const Begun* b) { return a->first > b->first; });
  for (const Begun* begun : clears) {
    Instruction clear;
    clear.kind = Instruction::Kind::clear;
    clear.y = begun->whole;
    begun->list->insert(begun->list->begin() + static_cast<std::ptrdiff_t>(begun->first), clear);
  }
}

}  // namespace carousel::cells::compiled
