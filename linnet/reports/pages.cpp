#include "linnet/reports/pages.h"

#include "linnet/reports/messages.h"
#include "linnet/reports/page_files.h"
#include "linnet/saving/json.h"

namespace linnet::detail {
namespace {

/// JSON for a script element: "<" could end it, and JavaScript before 2019 took U+2028 for the end of a line.
std::string script_json(const Config& data) {
  std::string safe;
  const std::string json = to_json(data);
  safe.reserve(json.size() + json.size() / 16);
  for (std::size_t i = 0; i < json.size(); ++i) {
    const char c = json[i];
    if (c == '<') {
      safe += "\\u003c";
    } else if (c == '>') {
      safe += "\\u003e";
    } else if (c == '&') {
      safe += "\\u0026";
    } else if (json.compare(i, 3, "\u2028") == 0 || json.compare(i, 3, "\u2029") == 0) {
      safe += json.compare(i, 3, "\u2028") == 0 ? "\\u2028" : "\\u2029";
      i += 2;
    } else {
      safe += c;
    }
  }
  return safe;
}

std::string html_text(std::string_view text) {
  std::string safe;
  for (char c : text) safe += c == '<' ? "&lt;" : c == '>' ? "&gt;" : c == '&' ? "&amp;" : std::string(1, c);
  return safe;
}

/// The page's skeleton with every {{mark}} replaced, in one pass: what is put in is not looked at again.
template <class Lookup>
std::string fill_in(std::string_view skeleton, Lookup lookup) {
  std::string page;
  for (std::size_t at = 0; at < skeleton.size();) {
    const std::size_t mark = skeleton.find("{{", at);
    if (mark == std::string_view::npos) return page += skeleton.substr(at);
    const std::size_t end = skeleton.find("}}", mark);
    page += skeleton.substr(at, mark - at);
    page += lookup(skeleton.substr(mark + 2, end - mark - 2));
    at = end + 2;
  }
  return page;
}

}  // namespace

bool has_pages() { return true; }

std::string page_text(PageKind kind, const std::string& title, const std::string& lang, const Config& data) {
  const std::string json = script_json(data);
  const std::string safe_title = html_text(title), html_lang = lang == "zh" ? "zh-CN" : lang;
  const std::string needs_script = message("needs_script", lang);
  return fill_in(page_html, [&](std::string_view mark) -> std::string_view {
    if (mark == "lang") return html_lang;
    if (mark == "title") return safe_title;
    if (mark == "style") return page_style;
    if (mark == "needs_script") return needs_script;
    if (mark == "data") return json;
    if (mark == "charts_library") return page_charts_library;
    if (mark == "common_script") return page_common_script;
    if (kind == PageKind::tuning) return page_tuning_script;
    return kind == PageKind::report ? page_report_script : page_curves_script;
  });
}

}  // namespace linnet::detail
