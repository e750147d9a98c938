#pragma once

#include <string_view>

namespace arcadeq {

// Files of src/report that are part of the program (arcadeq_embed_files).
extern const std::string_view kPageCss;
extern const std::string_view kPageScript;
// The script's SHA-256, in hexadecimal digits.
extern const std::string_view kPageScriptHash;

}  // namespace arcadeq
