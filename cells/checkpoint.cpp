#include <algorithm>
#include <autograd/support/error.hpp>
#include <cells/checkpoint.hpp>
#include <cells/one_node.hpp>

namespace carousel::cells::detail {
namespace {

/// `elements` of a flat view from `offset` on, as `shape`.
View part_of(const View& flat, Index offset, const Shape& shape) {
  return dense(
      static_cast<std::byte*>(flat.data) + offset * static_cast<Index>(size_of(flat.dtype)), shape,
      flat.dtype);
}

}  // namespace

CheckpointedRecurrence::CheckpointedRecurrence(const Sequence& sequence, Tape& tape, Index segment)
    : sequence_(sequence),
      segment_(segment),
      segments_((sequence.time + segment - 1) / segment),
      nested_(tape),
      keeps_(nested_.recording_gradients()) {
  Index elements = sequence.time * sequence.batch * sequence.cell->output_size();
  for (const auto& state : sequence.cell->states()) elements += sequence.batch * state.size;
  const DType dtype = tape.dtype();
  packed_ =
      dense(nested_.take(static_cast<std::size_t>(elements) * size_of(dtype)), {elements}, dtype);
}

View CheckpointedRecurrence::outputs_of(const View& packed, Index t) const {
  const Shape shape{sequence_.batch, sequence_.cell->output_size()};
  return part_of(packed, t * shape.size(), shape);
}

View CheckpointedRecurrence::final_of(const View& packed, std::size_t k) const {
  return part_of(packed, final_offsets_[k], {sequence_.batch, sequence_.cell->states()[k].size});
}

View CheckpointedRecurrence::forward() {
  for (Index s = 0; s < segments_; ++s) {
    record(s);
    for (Index t = begin_of(s); t < end_of(s); ++t) {
      const Position& position = recorded_.positions[static_cast<std::size_t>(t - begin_of(s))];
      copy(nested_.tape().nodes()[position.output.id()].value, outputs_of(packed_, t));
    }
    for (const std::uint32_t id : nested_.captured()) {
      if (std::find(used_.begin(), used_.end(), id) == used_.end()) used_.push_back(id);
    }
    keep_boundary(s);
  }
  keep_final();
  if (!keeps_) nested_.reset();
  return packed_;
}

// Runs the steps of a segment on the nested tape.
void CheckpointedRecurrence::record(Index segment) {
  recorded_ = {};
  nested_.reset();
  const Nested::Recording recording(nested_);
  Position position = begin(segment);
  for (Index t = begin_of(segment); t < end_of(segment); ++t) {
    advance(sequence_, t, nested_.tape(), position);
    // A cell may hand out what it did not make.
    for (Var& state : position.state) state = nested_.here(state);
    position.output = nested_.here(position.output);
    recorded_.positions.push_back(position);
  }
  recorded_.segment = segment;
}

Position CheckpointedRecurrence::begin(Index segment) {
  Position position;
  if (segment == 0) {
    for (const Var& s : sequence_.initial) position.state.push_back(nested_.here(s));
    return position;
  }
  const Carried& values = boundaries_[static_cast<std::size_t>(segment - 1)].values;
  const auto leaf = [&](std::size_t i) {
    return nested_.leaf(values.part(i), values.layout().parts[i].requires_grad);
  };
  for (std::size_t k = 0; k < output_part(); ++k) position.state.push_back(leaf(k));
  // The output is repeated where a sequence does not count.
  if (sequence_.masks_some(begin_of(segment))) position.output = leaf(output_part());
  recorded_.received = position.state;
  if (position.output) recorded_.received.push_back(position.output);
  return position;
}

// How the values after the last recorded step share memory.
Layout CheckpointedRecurrence::layout(bool probed) const {
  std::vector<std::uint32_t> own;
  for (std::size_t i = 0; probed && i < recorded_.positions.size(); ++i) {
    for (const auto& s : recorded_.positions[i].state) own.push_back(s.id());
    for (const auto& s : recorded_.positions[i].computed) own.push_back(s.id());
  }
  std::sort(own.begin(), own.end());
  std::vector<Var> values = recorded_.positions.back().state;
  values.push_back(recorded_.positions.back().output);
  return Layout::of(nested_.tape(), values, own);
}

void CheckpointedRecurrence::keep_boundary(Index segment) {
  // Nearly always the same as after the segment before.
  const auto shared = [&](Layout&& found, Layouts Boundary::*which) {
    if (!boundaries_.empty() && (boundaries_.back().*which)->same_geometry(found)) {
      return boundaries_.back().*which;
    }
    return std::make_shared<const Layout>(std::move(found));
  };
  Layout plain = layout(false);
  const std::vector<std::uint32_t> owners = plain.owners;
  Boundary boundary;
  boundary.plain = shared(std::move(plain), &Boundary::plain);
  boundary.probed = shared(layout(true), &Boundary::probed);
  if (segment + 1 < segments_) {
    const DType dtype = packed_.dtype;
    const std::size_t bytes = boundary.plain->bytes(dtype);
    void* memory = nullptr;
    if (keeps_) {
      memory = nested_.take(bytes);
    } else {  // two by turns, since the present values may stand in the last ones' memory
      void*& turn = passing_on_[segment % 2];
      if (segment < 2 || boundary.plain != boundaries_.back().plain) turn = nested_.take(bytes);
      memory = turn;
    }
    boundary.values = Carried(boundary.plain, memory, dtype);
    boundary.values.assign_values(nested_.tape(), owners);
  }
  boundaries_.push_back(std::move(boundary));
}

void CheckpointedRecurrence::keep_final() {
  const Position& last = recorded_.positions.back();
  const Index out = sequence_.batch * sequence_.cell->output_size();
  Index end = sequence_.time * out;
  for (std::size_t k = 0; k < last.state.size(); ++k) {
    // One value, one gradient: where it is the output, or another state.
    std::size_t same = 0;
    while (last.state[same].id() != last.state[k].id()) ++same;
    if (last.state[k].id() == last.output.id()) {
      final_offsets_.push_back((sequence_.time - 1) * out);
    } else if (same < k) {
      final_offsets_.push_back(final_offsets_[same]);
    } else {
      final_offsets_.push_back(end);
      const View to = final_of(packed_, k);
      copy(nested_.tape().nodes()[last.state[k].id()].value, to);
      end += to.shape.size();
    }
  }
  packed_ = part_of(packed_, 0, {end});
}

void CheckpointedRecurrence::set_probes(const std::vector<Var>& probes) {
  for (const auto& probe : probes) probes_.push_back(probe.id());
}

std::optional<NonFinite> CheckpointedRecurrence::first_non_finite() {
  for (Index s = 0; keeps_ && s < segments_; ++s) {
    record(s);
    if (auto found = nested_.first_non_finite()) return found;
  }
  return std::nullopt;
}

void record_as_one(const Sequence& sequence, Tape& tape, Index segment, Unrolled& result) {
  auto whole = std::make_unique<CheckpointedRecurrence>(sequence, tape, segment);
  const View value = whole->forward();
  std::vector<std::uint32_t> inputs = whole->used();
  const std::vector<Index> final_offsets = whole->final_offsets();
  if (whole->keeps()) {
    add_probes(sequence, tape, result, inputs);
    whole->set_probes(result.probes);
  } else {
    whole.reset();
  }
  unpack(sequence, Nested::close(tape, recurrence_op, inputs, value, std::move(whole)),
         final_offsets, result);
}

}  // namespace carousel::cells::detail
