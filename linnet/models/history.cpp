#include "linnet/models/history.h"

#include "linnet/base/check.h"

namespace linnet {
namespace {

template <class Entries>
std::string keys(const Entries& entries) {
  std::string text;
  for (const auto& entry : entries) text += (text.empty() ? "" : ", ") + entry.first;
  return text.empty() ? "none" : text;
}

}  // namespace

const double* Logs::find(std::string_view name) const {
  for (const Entry& entry : entries_)
    if (entry.first == name) return &entry.second;
  return nullptr;
}

double Logs::operator[](std::string_view name) const {
  const double* value = find(name);
  check(value != nullptr, "[Logs] expected one of: ", keys(entries_), "; received \"", name, "\"");
  return *value;
}

void Logs::set(std::string_view name, double value) {
  for (Entry& entry : entries_)
    if (entry.first == name) {
      entry.second = value;
      return;
    }
  entries_.emplace_back(name, value);
}

const std::vector<double>& History::operator[](const std::string& name) const {
  auto it = history.find(name);
  check(it != history.end(), "[History] expected one of: ", keys(history), "; received \"", name, "\"");
  return it->second;
}

void History::append(int epoch_index, const Logs& logs) {
  epoch.push_back(epoch_index);
  for (const auto& [name, value] : logs) history[name].push_back(value);
}

}  // namespace linnet
