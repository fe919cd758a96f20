// What a run ran on.
#include <sys/resource.h>
#include <sys/utsname.h>

#include <array>
#include <cstdio>
#include <ctime>
#include <fstream>

#include "linnet/base/thread_pool.h"
#include "linnet/reports/sections.h"

namespace linnet::detail {
namespace {

/// "model name : AMD EPYC …" on x86; elsewhere the name of the machine's architecture.
std::string processor() {
  std::ifstream file("/proc/cpuinfo");
  for (std::string line; std::getline(file, line);)
    if (line.starts_with("model name") && line.find(": ") != std::string::npos) return line.substr(line.find(": ") + 2);
  utsname names{};
  return uname(&names) == 0 ? names.machine : "?";
}

std::string operating_system() {
  std::ifstream file("/etc/os-release");
  for (std::string line; std::getline(file, line);)
    if (line.starts_with("PRETTY_NAME=\"")) return line.substr(13, line.size() - 14);
  utsname names{};
  return uname(&names) == 0 ? concat(names.sysname, " ", names.release) : "?";
}

/// GCC's __VERSION__ is a number alone; clang's names it.
std::string compiler() {
  const std::string version = __VERSION__;
  return version.find_first_not_of("0123456789.") == std::string::npos ? "GCC " + version : version;
}

std::string now() {
  const std::time_t time = std::time(nullptr);
  std::tm local{};
  std::array<char, 32> text{};
  localtime_r(&time, &local);
  return {text.data(), std::strftime(text.data(), text.size(), "%Y-%m-%d %H:%M", &local)};
}

std::string peak_memory() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "%.0f MiB", static_cast<double>(usage.ru_maxrss) / 1024);  // Linux: KiB
  return text.data();
}

}  // namespace

List environment_section() {
  const auto row = [](const char* key, const std::string& value) { return Value(List{key, value}); };
  return {row("environment_date", now()),
          row("environment_version", concat("Linnet ", LINNET_VERSION)),
          row("environment_processor", processor()),
          row("environment_threads", std::to_string(num_threads())),
          row("environment_memory", peak_memory()),
          row("environment_system", operating_system()),
          row("environment_compiler", compiler())};
}

}  // namespace linnet::detail
