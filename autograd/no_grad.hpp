#pragma once
#include <autograd/tape.hpp>

namespace carousel {

/// While it lives, values recorded on the tape carry no gradient (evaluation).
class NoGrad {
 public:
  explicit NoGrad(Tape& tape) : tape_(tape), before_(tape.recording_gradients_) {
    tape_.recording_gradients_ = false;
  }
  ~NoGrad() { tape_.recording_gradients_ = before_; }
  NoGrad(const NoGrad&) = delete;
  NoGrad& operator=(const NoGrad&) = delete;

 private:
  Tape& tape_;
  bool before_;
};

}  // namespace carousel
