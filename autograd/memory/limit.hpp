#pragma once
#include <cstddef>

namespace carousel::memory {

/// Error (memory) when one request is for more bytes than the machine has. The system may grant
/// such a request and end the program when the memory is used.
void check_request(std::size_t bytes);

}  // namespace carousel::memory
