// Self-contained pages: one file, nothing to load, with data as JSON inside. Internal.
#pragma once

#include <string>

#include "linnet/base/config.h"

namespace linnet::detail {

/// Which script makes the page of its data.
enum class PageKind : std::uint8_t { report, curves, tuning };

/// Can this build write pages? (CMake option LINNET_REPORTS.)
bool has_pages();
/// The page. No text in `data` can end the script element it stands in, whatever it holds. Throws
/// `[reports] … -DLINNET_REPORTS=ON` in a build without pages.
std::string page_text(PageKind kind, const std::string& title, const std::string& lang, const Config& data);

}  // namespace linnet::detail
