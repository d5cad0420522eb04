#pragma once
#include <autograd/ops.hpp>
#include <autograd/support/random.hpp>
#include <autograd/support/settings.hpp>
#include <cells/declaration.hpp>
#include <memory>

namespace carousel::cells {

/// What surrounds a step. A cell that does not care leaves it out of its step().
struct Context {
  Index t = 0;              ///< time step, from 0
  bool training = false;    ///< false: evaluation, nothing random
  std::uint64_t seed = 0;   ///< of the run
  Index training_step = 0;  ///< number of the update

  Index first_row = 0;  ///< where these sequences start in the batch that threads share

  /// Random numbers for sequence `row` of this step. They depend on the seed, the update, the time
  /// step, the sequence's place in the whole batch and the stream's name only: a step gives the
  /// same ones whenever it is run again, and however the batch is split.
  Random random(const char* stream, Index row) const;
};

/// A cell of any kind behind one interface; made from a plain struct by CellModel. Holds parameters
/// only: a step depends on its arguments and the parameters, on nothing from before.
class AnyCell {
 public:
  virtual ~AnyCell() = default;

  /// The cell's own settings; before build().
  virtual void settings(Settings& s) = 0;
  /// Gives the parameters their shapes, filled with zeros; once.
  void build(const Sizes& sizes, DType dtype);

  const std::string& name() const { return name_; }
  void set_name(std::string name) { name_ = std::move(name); }
  /// Stands before the names of its parameters: "layer2.". Before build().
  void set_prefix(std::string prefix) { prefix_ = std::move(prefix); }
  const std::string& prefix() const { return prefix_; }
  const Sizes& sizes() const { return declared_.sizes; }
  DType dtype() const { return declared_.dtype; }
  /// Features of the output [batch, output].
  Index output_size() const { return declared_.output_size; }
  const std::vector<StateSpec>& states() const { return declared_.states; }
  const std::vector<Param>& params() const { return declared_.params; }
  /// How each of them starts where the configuration says nothing else.
  const std::vector<std::vector<Start>>& starts() const { return declared_.starts; }

  /// After the initialisers: what the cell's settings want otherwise, such as a forget bias.
  virtual void after_initialise() = 0;
  /// All that the cell has declared.
  const Declared& declared() const { return declared_; }
  /// What is computed once for `batch` sequences, from parameters, and what is drawn once for each
  /// of them; null where there is no such thing. `context` is that of the first step.
  virtual std::shared_ptr<const void> prepare(Tape& tape, Index batch,
                                              const Context& context) const = 0;
  /// Whether the step is told where it is: the time step, a seed.
  virtual bool sees_context() const = 0;
  /// One step: x [batch, input] and the states in order, which are replaced by the next ones;
  /// returns the output [batch, output]. An Error names cell, state, time step and both shapes when
  /// something does not fit. The next states are observed under their names.
  Var step(const Var& x, std::vector<Var>& state, const void* prepared,
           const Context& context) const;

 protected:
  /// The step of another cell, without the checks that this one's step makes anyway.
  static Var compute_of(const AnyCell& cell, const Var& x, std::vector<Var>& state,
                        const void* prepared, const Context& context) {
    return cell.compute(x, state, prepared, context);
  }

 private:
  virtual void declare(Declared& declared) = 0;
  virtual Var compute(const Var& x, std::vector<Var>& state, const void* prepared,
                      const Context& context) const = 0;
  [[noreturn]] void refuse(const Var& value, const Shape& expected, const std::string& what,
                           Index t) const;

  std::string name_ = "cell", prefix_;
  Declared declared_;
};

}  // namespace carousel::cells
