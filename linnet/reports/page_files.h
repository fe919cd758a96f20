// The files that pages are made of, as texts: page/ and Chart.js. The source is written by embed.cmake at build time.
// Internal.
#pragma once

#include <string_view>

namespace linnet::detail {

extern const std::string_view page_html, page_style, page_charts_library, page_common_script, page_curves_script,
    page_report_script, page_tuning_script;

}  // namespace linnet::detail
