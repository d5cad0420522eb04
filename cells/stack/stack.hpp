#pragma once
#include <cells/init.hpp>
#include <cells/stack/modifiers.hpp>
#include <cells/unroll.hpp>
#include <functional>

namespace carousel::cells {

class Stack;

/// A stack over T steps, on a tape.
struct StackRun {
  /// Of each cell, layer by layer; the one that runs backwards comes after the other, and its step
  /// t is step T-1-t of the sequence.
  std::vector<Unrolled> runs;
  const Stack* stack = nullptr;
  Var below;   ///< what the last layer has as its input, [time, batch, features]
  Var joined;  ///< its outputs before the projection, where two directions are joined

  Index time() const { return runs.front().time; }
  /// y at some steps, in ascending order, as rows [steps · batch, output].
  Var outputs_at(const std::vector<Index>& steps) const;
  /// Of the first cell that was not compiled, or of all.
  const std::string& execution() const;
};

/// What a stack starts from, where it goes on and its modifiers let it.
struct Carried {
  std::vector<std::vector<Var>> states;  ///< by run and state; empty: as a sequence begins
  /// Sequences that begin afresh all the same, [batch]; empty: none.
  std::vector<bool> afresh;
};

/// A cell with everything that Modifiers put around it: what is trained.
class Stack {
 public:
  using Make = std::function<std::unique_ptr<AnyCell>()>;

  /// `make` gives a cell that is not built, `name` is for messages. Error where a modifier lacks
  /// what it needs of the cell, naming it.
  Stack(const Make& make, const std::string& name, const Sizes& sizes, DType dtype,
        const Modifiers& modifiers = {});

  /// Initial parameters, from the seed.
  void initialise(const Initialization& by_role, std::uint64_t seed);

  /// xs [time, batch, features]. `options` are for every cell in it; its `initial` stays empty.
  StackRun run(const Var& xs, const UnrollOptions& options, const Carried& carried = {}) const;

  /// Layer by layer: the cell's, then what stands around it.
  const std::vector<Param>& params() const { return params_; }
  /// In the order of StackRun::runs.
  const std::vector<const AnyCell*>& cells() const { return cells_; }
  /// Of y.
  Index output_size() const { return output_size_; }
  const Modifiers& modifiers() const { return modifiers_; }
  DType dtype() const { return cells_.front()->dtype(); }
  /// Of the cell's own parameters' and states' names, by run: "", "layer2.", "backward.".
  const std::string& prefix(std::size_t run) const { return cells_[run]->prefix(); }

 private:
  friend struct StackRun;
  struct Layer {
    std::unique_ptr<AnyCell> forward, backward;  // backward: or null
    std::vector<Param> initial[2];               // learned states of both
    Param projection, gain, bias;
  };
  std::unique_ptr<AnyCell> built(const Make& make, const std::string& name, const Sizes& sizes,
                                 DType dtype, const std::string& prefix);
  std::vector<Var> initial_of(Tape& tape, std::size_t layer, int direction, Index batch,
                              const Carried& carried, std::size_t run) const;
  Var join(const Unrolled& forward, const Unrolled& backward) const;
  /// From outputs of a layer's cells to y, for rows or for whole sequences.
  Var finished(const Layer& layer, Var y, const Var& x, bool is_first) const;

  Modifiers modifiers_;
  std::vector<Layer> layers_;
  std::vector<const AnyCell*> cells_;
  std::vector<Param> params_;
  Index output_size_ = 0;
};

}  // namespace carousel::cells
