#include <algorithm>
#include <autograd/backward_pass.hpp>
#include <autograd/support/error.hpp>
#include <cells/checkpoint.hpp>
#include <cstring>

namespace carousel::cells::detail {

void CheckpointedRecurrence::pullback(Pass& pass, std::uint32_t node) {
  const View dy = pass.gradient(node);
  const Node& self = pass.tape().nodes()[node];
  bool probed = false;
  for (const std::uint32_t probe : probes_) {
    if (!pass.flows(self, probe)) continue;
    probed = true;
    pass.room(probe);
  }
  const auto gradients_after = [&](Index segment) {
    const Boundary& boundary = boundaries_[static_cast<std::size_t>(segment)];
    Carried gradients(probed ? boundary.probed : boundary.plain, nullptr, dy.dtype);
    gradients.set_memory(nested_.take_gradient(gradients.bytes()));
    gradients.fill_neutral();
    accumulate(outputs_of(dy, end_of(segment) - 1), gradients.part(output_part()));
    return gradients;
  };
  Carried after = gradients_after(segments_ - 1);
  // As the gradients of the copies that Unrolled::final_state gives where everything is kept.
  Index end = dy.shape.size();
  for (std::size_t k = output_part(); k-- > 0;) {
    if (final_offsets_[k] >= end ||
        final_offsets_[k] < sequence_.time * outputs_of(dy, 0).shape.size()) {
      continue;  // part of another state's, or of the output's
    }
    accumulate(final_of(dy, k), after.part(k));
    end = final_offsets_[k];
  }
  for (Index s = segments_ - 1; s >= 0; --s) {
    const Carried before = s > 0 ? gradients_after(s - 1) : Carried();
    pass_over(s, dy, after, before, probed, pass, node);
    nested_.give_back_gradient(after.memory(), after.bytes());
    after = before;
  }
}

void CheckpointedRecurrence::pass_over(Index segment, const View& dy, const Carried& after,
                                       const Carried& before, bool probed, Pass& pass,
                                       std::uint32_t node) {
  // Where nothing has arrived, a recording of all steps has no gradient to pass on either.
  bool any = !after.is_neutral();
  std::vector<Index>
      seeded;  // steps whose output has a gradient from outside; `after` has the last
  for (Index t = begin_of(segment); t + 1 < end_of(segment); ++t) {
    if (!is_neutral(outputs_of(dy, t))) seeded.push_back(t);
  }
  if (!any && seeded.empty()) return;
  if (recorded_.segment != segment) {
    record(segment);
    check_used();
    check_repeated(segment);
  }

  Pass inner(nested_.tape(), pass, node);
  for (std::size_t i = 0; i < recorded_.received.size(); ++i) {
    if (recorded_.received[i].requires_grad()) {
      inner.land(recorded_.received[i].id(), before.part(i));
    }
  }
  std::vector<std::uint32_t> own;
  const auto ask_for = [&](const std::vector<Var>& states) {
    for (const Var& s : states) {
      if (probed && s.requires_grad() && inner.want(s.id())) own.push_back(s.id());
    }
  };
  for (const Position& position : recorded_.positions) {
    ask_for(position.state);
    ask_for(position.computed);
  }
  const auto step = [&](Index t) -> const Position& {
    return recorded_.positions[static_cast<std::size_t>(t - begin_of(segment))];
  };
  for (const Index t : seeded) inner.start(step(t).output.id(), outputs_of(dy, t));
  const Layout present = layout(probed);
  if (!present.same_geometry(after.layout())) {
    throw Error(ErrorKind::argument, "cell '" + sequence_.cell->name() + "'",
                "a step that does the same whenever it is run",
                "one whose states lie differently the second time");
  }
  for (std::size_t i = 0; any && i < present.owners.size(); ++i) {
    if (!is_neutral(after.group(i))) inner.start(present.owners[i], after.group(i));
  }
  inner.run();
  if (probed) write_probes(segment, inner, pass);
  for (const std::uint32_t id : own) inner.release(id);
}

// dL/ds_t for the states that the segment's steps have made. For a sequence that counts in a masked
// step, that of what the step computed.
void CheckpointedRecurrence::write_probes(Index segment, Pass& inner, Pass& pass) {
  const Index batch = sequence_.batch;
  for (std::size_t k = 0; k < probes_.size(); ++k) {
    const View all = pass.gradient(probes_[k]);
    if (all.data == nullptr) continue;
    const auto row = [](const View& whole, Index r) {
      return View{static_cast<std::byte*>(whole.data) +
                      r * whole.stride * static_cast<Index>(size_of(whole.dtype)),
                  {whole.columns()},
                  whole.columns(),
                  whole.dtype};
    };
    for (Index t = begin_of(segment); t < end_of(segment); ++t) {
      const auto& position = recorded_.positions[static_cast<std::size_t>(t - begin_of(segment))];
      for (Index b = 0; b < batch; ++b) {
        const bool counts =
            !position.computed.empty() && sequence_.mask->data<bool>()[t * batch + b];
        const View from = inner.gradient((counts ? position.computed : position.state)[k].id());
        if (from.data != nullptr) copy(row(from, b), row(all, t * batch + b));
      }
    }
  }
}

// A step that reads a counter, or a file, is not the same when it is run again.
void CheckpointedRecurrence::check_repeated(Index segment) const {
  const View& now = nested_.tape().nodes()[recorded_.positions.back().output.id()].value;
  const View before = outputs_of(packed_, end_of(segment) - 1);
  const auto bytes = static_cast<std::size_t>(now.columns()) * size_of(now.dtype);
  for (Index b = 0; b < now.rows(); ++b) {
    const auto row = [b](const View& v) {
      return static_cast<const std::byte*>(v.data) +
             b * v.stride * static_cast<Index>(size_of(v.dtype));
    };
    if (std::memcmp(row(now), row(before), bytes) == 0) continue;
    throw Error(ErrorKind::argument, "cell '" + sequence_.cell->name() + "'",
                "a step that does the same whenever it is run",
                "another output of time step " +
                    std::to_string(sequence_.first_step + end_of(segment) - 1) + " the second time",
                "Does it count its calls? Context has t, the training step and a seed; or record "
                "with memory full.");
  }
}

void CheckpointedRecurrence::check_used() {
  for (const std::uint32_t id : nested_.captured()) {
    if (std::find(used_.begin(), used_.end(), id) != used_.end()) continue;
    throw Error(ErrorKind::argument, "cell '" + sequence_.cell->name() + "'",
                "a step that uses the same values whenever it is run",
                "another one the second time");
  }
}

}  // namespace carousel::cells::detail
