// Instead of pages.cpp where pages were left out.
#include "linnet/base/check.h"
#include "linnet/reports/pages.h"

namespace linnet::detail {

bool has_pages() { return false; }

std::string page_text(PageKind, const std::string&, const std::string&, const Config&) {
  fail("[reports] this build of Linnet writes no pages; configure it with -DLINNET_REPORTS=ON (needs libjs-chart.js)");
}

}  // namespace linnet::detail
