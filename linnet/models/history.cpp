#include "linnet/models/history.h"

#include <numeric>

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

const Tensor* Logs::array(std::string_view name) const {
  for (const auto& entry : arrays_)
    if (entry.first == name) return &entry.second;
  return nullptr;
}

void Logs::set(std::string_view name, const Tensor& results) {
  const std::vector<double> values = results.to_vector<double>();
  set(name, std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size()));
  if (values.size() != 1) arrays_.emplace_back(name, results.detach());
}

void Logs::add(const Logs& other, std::string_view prefix) {
  for (const auto& [name, value] : other) {
    const Tensor* results = other.array(name);
    results != nullptr ? set(concat(prefix, name), *results) : set(concat(prefix, name), value);
  }
}

void Logs::set(std::string_view name, double value) {
  std::erase_if(arrays_, [&](const auto& entry) { return entry.first == name; });
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
  for (const auto& [name, value] : logs) {
    history[name].push_back(value);
    if (const Tensor* results = logs.array(name)) arrays[name].push_back(*results);
  }
}

}  // namespace linnet
