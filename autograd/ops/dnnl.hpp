#pragma once
#include <dnnl.h>

#include <autograd/support/error.hpp>
#include <string>

namespace carousel::detail {

/// An Error where oneDNN could not do `what`.
inline void check_dnnl(dnnl_status_t status, const char* what) {
  if (status == dnnl_success) return;
  throw Error(ErrorKind::argument, "matrix product", "oneDNN to " + std::string(what),
              "its status " + std::to_string(status),
              status == dnnl_out_of_memory ? "It is out of memory." : "");
}

}  // namespace carousel::detail
