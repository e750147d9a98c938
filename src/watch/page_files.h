#pragma once

#include <string_view>

namespace arcadeq {

// Files of src/watch/page that are part of the program (arcadeq_embed_files).
extern const std::string_view kWatchHtml;
extern const std::string_view kWatchCss;
extern const std::string_view kWatchScript;

}  // namespace arcadeq
