#pragma once

namespace carousel {

/// The version of this build, "1.2.3".
const char* version();

}  // namespace carousel
