// A case of a reference folder: its fields, its tensors, and what comparing with them has found.
#pragma once

#include <set>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "linnet/base/config.h"
#include "linnet/saving/safetensors.h"
#include "linnet/tensor/tensor.h"

namespace golden {

using namespace linnet;

/// Something the library (or this program) does not have: the case is neither right nor wrong.
class Unsupported : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// Named values of which each one must be looked at: done() throws Unsupported for what nobody has asked for, so that a
/// field this program does not know can never pass silently.
class Fields {
 public:
  Fields(const Config& config, std::string where) : config_(&config), where_(std::move(where)) {}

  const Value* find(std::string_view key) const;
  const Value& at(std::string_view key) const;  // throws when absent
  bool has(std::string_view key) const;         // there, and not null
  std::string text(std::string_view key, std::string otherwise = {}) const;
  bool flag(std::string_view key, bool otherwise = false) const;
  double number(std::string_view key, double otherwise) const;
  /// Fields that are information for people, not something to compare.
  void ignore(std::initializer_list<std::string_view> keys) const;
  void done() const;
  const Config& config() const { return *config_; }

 private:
  const Config* config_;
  std::string where_;
  mutable std::set<std::string, std::less<>> seen_;
};

struct Tolerance {
  double rtol = 0, atol = 0;
};

class Case : public Fields {
 public:
  Case(const Config& config, const TensorFile& tensors, std::string folder);

  const std::string& id() const { return id_; }
  const std::string& folder() const { return folder_; }
  Tolerance tolerance() const;

  /// A copy of the stored tensor (a leaf of its own).
  Tensor tensor(const std::string& name) const;
  Tensor tensor(const Value& name) const { return tensor(name.as_string()); }
  /// The tensors a field names; an empty tensor for null; nothing if the field is absent.
  Tensors tensors(std::string_view key) const;
  Tensors listed(const Value& names) const;

  // ---- comparing: each remembers what is wrong and goes on, so that the largest error of the case gets reported
  void compare(const std::string& what, const Tensor& got, const Tensor& want, const Tolerance& tolerance);
  void compare(const std::string& what, const Tensor& got, const Tensor& want) {
    compare(what, got, want, tolerance());
  }
  void compare(const std::string& what, double got, double want, const Tolerance& tolerance);
  void compare(const std::string& what, const Tensors& got, const Tensors& want);
  void compare_text(const std::string& what, const std::string& got, const std::string& want);
  void compare_text(const std::string& what, const std::vector<std::string>& got, const Value& want);
  void expect(bool ok, const std::string& message);

  bool passed() const { return mistakes_.empty(); }
  /// The mistake that is largest when measured by what is allowed.
  std::string worst() const;

 private:
  void add_mistake(double severity, std::string message);

  std::string id_, folder_;
  const TensorFile* tensors_;
  std::vector<std::pair<double, std::string>> mistakes_;
};

/// Does an exception say that a class, name or option is not there?
bool says_unsupported(std::string_view message);

}  // namespace golden
