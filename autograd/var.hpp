#pragma once
#include <autograd/param.hpp>
#include <cstdint>

namespace carousel {

class Tape;

namespace detail {
/// What Vars share with their tape. It outlives the tape for as long as a Var is left, so that a
/// stale Var finds a null pointer here and reports it. Not atomic: a tape belongs to one thread.
struct TapeHandle {
  Tape* tape = nullptr;         // null once the tape is gone
  std::uint32_t recording = 0;  // counts Tape::reset()
  std::uint32_t references = 0;
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
  Var(const Var& other)
      : handle_(other.handle_), id_(other.id_), recording_(other.recording_), param_(other.param_) {
    retain();
  }
  Var(Var&& other) noexcept
      : handle_(other.handle_),
        id_(other.id_),
        recording_(other.recording_),
        param_(std::move(other.param_)) {
    other.handle_ = nullptr;
  }
  Var& operator=(const Var& other) {
    Var copy(other);
    swap(copy);
    return *this;
  }
  Var& operator=(Var&& other) noexcept {
    swap(other);
    return *this;
  }
  ~Var() { release(); }

  /// True when it stands for a value or a parameter.
  explicit operator bool() const { return handle_ != nullptr || param_; }
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
    return handle_ != nullptr && handle_->recording == recording_ ? handle_->tape : nullptr;
  }
  /// The parameter when it stands for one that no tape holds yet, else empty.
  const Param& unbound() const { return param_; }
  std::uint32_t id() const { return id_; }

 private:
  friend class Tape;
  Var(detail::TapeHandle* handle, std::uint32_t id)
      : handle_(handle), id_(id), recording_(handle->recording) {
    retain();
  }
  void retain() {
    if (handle_ != nullptr) ++handle_->references;
  }
  void release() {
    if (handle_ != nullptr && --handle_->references == 0) delete handle_;
  }
  void swap(Var& other) noexcept {
    std::swap(handle_, other.handle_);
    std::swap(id_, other.id_);
    std::swap(recording_, other.recording_);
    std::swap(param_, other.param_);
  }

  detail::TapeHandle* handle_ = nullptr;
  std::uint32_t id_ = 0;
  std::uint32_t recording_ = 0;
  Param param_;
};

}  // namespace carousel
