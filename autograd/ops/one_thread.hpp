#pragma once
#include <omp.h>

namespace carousel {

/// OpenBLAS takes as many threads as OpenMP would give the caller: one while this lives. Work is
/// split by sequences, never inside a product. Nor may a factorisation start threads: a process
/// that is forked after that waits for them forever.
class OneThread {
 public:
  OneThread() : before_(omp_get_max_threads()) {
    if (before_ != 1) omp_set_num_threads(1);
  }
  ~OneThread() {
    if (before_ != 1) omp_set_num_threads(before_);
  }
  OneThread(const OneThread&) = delete;
  OneThread& operator=(const OneThread&) = delete;

 private:
  int before_;
};

}  // namespace carousel
