#pragma once
#include <autograd/tape.hpp>
#include <memory>
#include <typeindex>

namespace carousel {

/// A recording inside of another one, for what is to be computed again in the backward pass instead
/// of being kept: a Composite. It is an ordinary tape, on memory that the outer tape lends until
/// its reset().
///
/// While it records, what is computed from values of the outer tape stands on the nested one. An
/// operand of the outer tape is *captured*: it enters as a leaf, by reference, and its gradient is
/// that of the outer node.
class Nested {
 public:
  explicit Nested(Tape& outer) : tape_(lend(outer)), outer_(outer) {}
  Tape& tape() const { return tape_; }

  /// Forgets what was recorded.
  void reset() { tape_.reset(); }
  /// A leaf that stands elsewhere, by reference.
  Var leaf(const View& value, bool requires_grad) { return tape_.leaf(value, requires_grad); }
  /// A value of this tape, or the leaf that one of the outer tape is here.
  Var here(const Var& v) { return tape_.value_of(tape_.bind(v)); }
  /// A leaf whose elements will be given later: for a symbolic recording.
  Var symbol(const Shape& shape, DType dtype, bool requires_grad);
  /// What a symbolic recording was asked the value of; empty where it was not.
  const std::string& asked_for() const { return tape_.asked_for_; }
  /// Nodes of the outer tape that were captured since the last reset.
  std::vector<std::uint32_t> captured() const;
  /// Memory of the outer tape for `bytes` of values.
  void* take(std::size_t bytes) { return outer_.arena_.take(bytes); }
  void* take_gradient(std::size_t bytes) { return outer_.pool_.take(bytes); }
  void give_back_gradient(void* memory, std::size_t bytes) {
    outer_.pool_.give_back(memory, bytes);
  }
  /// A T that stays with the outer tape through its reset().
  template <class T> T& beside() {
    std::shared_ptr<void>& object = outer_.beside_[typeid(T)];
    if (object == nullptr) object = std::make_shared<T>();
    return *static_cast<T*>(object.get());
  }
  /// The first computed value that is not finite.
  std::optional<NonFinite> first_non_finite() const { return tape_.first_non_finite(); }
  bool detects_anomalies() const { return outer_.anomaly_.on; }
  /// Whether gradients are recorded on the outer tape.
  bool recording_gradients() const { return outer_.recording_gradients_; }

  /// While it lives, this tape records. Ends its time step as well, and also when something throws.
  class Recording {
   public:
    /// `symbolic`: ops are put on the tape and not computed; what asks for a value throws
    /// an Error, see asked_for().
    explicit Recording(Nested& nested, bool symbolic = false);
    ~Recording();
    Recording(const Recording&) = delete;
    Recording& operator=(const Recording&) = delete;

   private:
    Nested& nested_;
    Tape* before_;
  };

  /// Puts the value that was computed here on the outer tape, as a function of the nodes `inputs`
  /// of it. `composite` is null where no gradient can be asked for.
  static Var close(Tape& outer, const Op& op, const std::vector<std::uint32_t>& inputs,
                   const View& value, std::unique_ptr<Composite> composite);
  /// A leaf of the outer tape that stands for a gradient only: all zeros, without memory.
  static Var zeros_without_memory(Tape& outer, const Shape& shape);

 private:
  static Tape& lend(Tape& outer);
  Tape& tape_;
  Tape& outer_;
};

}  // namespace carousel
