#pragma once
#include <autograd/memory/arena.hpp>

namespace carousel::memory {

/// Buffers that come and go in any order: the gradients of a backward pass. A buffer given back is
/// the next one handed out for its size, which keeps the pass in the cache however long the tape.
class Pool {
 public:
  /// 64-byte aligned, uninitialised.
  void* take(std::size_t bytes);
  void give_back(void* memory, std::size_t bytes);
  /// Takes back everything at once, also what nobody gave back.
  void rewind();
  std::size_t bytes() const { return arena_.bytes(); }
  /// The most that was handed out at a time since the last rewind(), by size of buffer.
  std::size_t used() const { return arena_.used(); }

 private:
  struct Bin {
    std::size_t size;
    std::vector<void*> free;
  };
  Bin& bin(std::size_t bytes);
  Arena arena_;
  std::vector<Bin> bins_;
};

}  // namespace carousel::memory
