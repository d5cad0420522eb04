#pragma once
#include <autograd/param.hpp>
#include <cstdint>
#include <utility>

namespace carousel {

class Tape;

namespace detail {

/// What Vars share with their tape. It outlives the tape for as long as a Var is left, so that a
/// stale Var finds a null pointer here and reports it.
struct TapeHandle {
  Tape* tape = nullptr;         // null once the tape is gone
  std::uint32_t recording = 0;  // counts Tape::reset()
  std::uint32_t references = 0;
};

/// A counted pointer to a TapeHandle. The count is not atomic: a tape belongs to one thread, and
/// Vars are copied some twenty times in a step of a cell.
class TapeLink {
 public:
  TapeLink() = default;
  explicit TapeLink(Tape* tape) : handle_(new TapeHandle{tape, 0, 1}) {}
  TapeLink(const TapeLink& other) : handle_(other.handle_) {
    if (handle_ != nullptr) ++handle_->references;
  }
  TapeLink(TapeLink&& other) noexcept : handle_(std::exchange(other.handle_, nullptr)) {}
  TapeLink& operator=(TapeLink other) noexcept {
    std::swap(handle_, other.handle_);
    return *this;
  }
  ~TapeLink() {
    if (handle_ != nullptr && --handle_->references == 0) delete handle_;
  }
  explicit operator bool() const { return handle_ != nullptr; }
  TapeHandle* operator->() const { return handle_; }

 private:
  TapeHandle* handle_ = nullptr;
};

}  // namespace detail

/// A value on a tape: a handle of a few words, cheap to copy. Using one after its tape was
/// destroyed or reset is an error.
///
/// A Param converts to a Var that is not on a tape yet; the op that takes it puts it on the tape
/// of its other operand, so `linear(x, W)` and `h + b` need no ceremony.
class Var {
 public:
  Var() = default;
  /// Error for an empty Param: one that the cell does not list in declare().
  Var(const Param& param) : param_(param) { param.require(); }  // NOLINT: implicit, see above

  /// True when it stands for a value or a parameter.
  explicit operator bool() const { return link_ || param_; }
  Shape shape() const;
  DType dtype() const;
  /// Whether a gradient can flow to it.
  bool requires_grad() const;
  /// A copy of the elements.
  Tensor value() const;
  /// The one element of a tensor of size 1.
  double item() const;

  /// The tape it is on. Error for an empty Var, a Param that is on no tape, a dead or reset tape.
  Tape& tape() const;
  /// The tape, or null where tape() would be an error.
  Tape* living_tape() const {
    return link_ && link_->recording == recording_ ? link_->tape : nullptr;
  }
  /// The parameter when it stands for one that no tape holds yet, else empty.
  const Param& unbound() const { return param_; }
  std::uint32_t id() const { return id_; }

 private:
  friend class Tape;
  Var(const detail::TapeLink& link, std::uint32_t id)
      : link_(link), id_(id), recording_(link->recording) {}

  detail::TapeLink link_;
  std::uint32_t id_ = 0;
  std::uint32_t recording_ = 0;
  Param param_;
};

}  // namespace carousel
