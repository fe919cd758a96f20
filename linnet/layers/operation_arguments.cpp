#include "linnet/layers/operation_arguments.h"

#include <cstdlib>
#include <utility>

#include "linnet/base/check.h"
#include "linnet/base/fields.h"
#include "linnet/ops/shape.h"

namespace linnet {
namespace {

const Value* entry_of(const Value& value, std::string_view key) {
  return value.is_config() ? value.as_config().find(key) : nullptr;
}

std::vector<std::string> names_in(std::string_view parameters) {
  std::vector<std::string> names;
  while (!parameters.empty()) {
    const std::size_t end = std::min(parameters.find(", "), parameters.size());
    names.emplace_back(parameters.substr(0, end));
    parameters.remove_prefix(std::min(end + 2, parameters.size()));
  }
  return names;
}

/// JSON has no infinity: {"float": "inf"}.
bool is_number(const Value& value) { return value.is_number() || value.is_bool() || entry_of(value, "float"); }

double number_of(const Value& value) {
  if (const Value* text = entry_of(value, "float")) return std::strtod(text->as_string().c_str(), nullptr);
  return value.is_bool() ? value.as_bool() : value.as_double();
}

DType dtype_of_number(const Value& value) {
  if (value.is_bool()) return boolean;
  return value.is_int() ? int32 : float32;
}

/// The dtype of a number beside a tensor: the tensor's, if that can hold it.
DType dtype_beside(DType tensor, const Value& number) {
  const DType own = dtype_of_number(number);
  if (is_floating(tensor) || own == boolean) return tensor;
  return own == float32 || tensor == boolean ? own : tensor;
}

Tensor array_of(const Value& value) {
  std::vector<double> numbers;
  for (const Value& each : value.as_config().at("array").as_list()) numbers.push_back(number_of(each));
  Shape shape;
  from_value(value.as_config().at("shape"), shape);
  const DType dtype = dtype_from_name(value.as_config().at("dtype").as_string());
  return from_vector(numbers, shape).to(dtype);
}

}  // namespace

const List* elements_of(const Value& value) {
  for (const char* kind : {"tuple", "list"})
    if (const Value* list = entry_of(value, kind); list != nullptr && list->is_list()) return &list->as_list();
  return value.is_list() ? &value.as_list() : nullptr;
}

OperationArguments::OperationArguments(std::string function, std::string_view parameters, const List& arguments,
                                       const Config& options, const Tensors& inputs)
    : function_(std::move(function)), inputs_(inputs) {
  std::vector<std::string> names = names_in(parameters);
  const bool takes_more = names.back() == "*";
  if (takes_more) names.pop_back();
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    if (i < names.size()) {
      values_[names[i]] = arguments[i];
    } else {
      check(takes_more, "[", function_, "] expected at most ", names.size(), " arguments (", parameters, "), received ",
            arguments.size());
      rest_.push_back(arguments[i]);
    }
  }
  for (const auto& [name, value] : options.entries()) {
    const bool says_nothing = value.is_null() || (value.is_bool() && !value.as_bool());
    const bool is_known = std::find(names.begin(), names.end(), name) != names.end();
    check(is_known || says_nothing, "[", function_, "] does not support the argument ", name, " = ", value,
          "; it has: ", parameters);
    if (is_known) check(values_.emplace(name, value).second, "[", function_, "] received ", name, " twice");
  }
}

const Value* OperationArguments::find(std::string_view name) const {
  const auto found = values_.find(name);
  return found == values_.end() || found->second.is_null() ? nullptr : &found->second;
}

const Value& OperationArguments::value(std::string_view name) const {
  const Value* found = find(name);
  check(found != nullptr, "[", function_, "] expected the argument ", name, ", received none");
  return *found;
}

void OperationArguments::reject(std::string_view name, const char* expected) const {
  const Value* found = find(name);
  fail("[", function_, "] expected ", expected, " as ", name, ", received ", found == nullptr ? Value() : *found);
}

Tensor OperationArguments::tensor_of(const Value& value, std::string_view name) const {
  if (const Value* input = entry_of(value, "input")) {
    const std::int64_t index = input->as_int();
    check(index >= 0 && index < static_cast<std::int64_t>(inputs_.size()), "[", function_, "] expected one of ",
          inputs_.size(), " inputs as ", name, ", received input ", index);
    return inputs_[static_cast<std::size_t>(index)];
  }
  if (entry_of(value, "array") != nullptr) return array_of(value);
  if (is_number(value)) return scalar(number_of(value), dtype_of_number(value));
  if (const List* elements = elements_of(value)) {
    Tensors parts;
    for (const Value& each : *elements) parts.push_back(tensor_of(each, name));
    if (!parts.empty()) return stack(parts);
  }
  reject(name, "a tensor or numbers");
}

Tensor OperationArguments::tensor(std::string_view name) const { return tensor_of(value(name), name); }

std::pair<Tensor, Tensor> OperationArguments::pair(std::string_view first, std::string_view second) const {
  Tensor a = tensor(first), b = tensor(second);
  const bool a_is_number = is_number(value(first)), b_is_number = is_number(value(second));
  if (a_is_number && !b_is_number) a = a.to(dtype_beside(b.dtype(), value(first)));
  if (b_is_number && !a_is_number) b = b.to(dtype_beside(a.dtype(), value(second)));
  return {a, b};
}

Tensors OperationArguments::tensors(std::string_view name) const {
  const List* elements = elements_of(value(name));
  if (elements == nullptr) reject(name, "a list of tensors");
  Tensors all;
  for (const Value& each : *elements) all.push_back(tensor_of(each, name));
  return all;
}

Tensors OperationArguments::rest() const {
  Tensors all;
  for (const Value& each : rest_) all.push_back(tensor_of(each, "an operand"));
  return all;
}

bool OperationArguments::flag(std::string_view name) const {
  const Value* found = find(name);
  return found != nullptr && found->as_bool();
}

double OperationArguments::number(std::string_view name) const {
  const Value& given = value(name);
  if (!is_number(given)) reject(name, "a number");
  return number_of(given);
}

std::int64_t OperationArguments::integer(std::string_view name) const {
  const Value& given = value(name);
  if (!given.is_int()) reject(name, "an integer");
  return given.as_int();
}

std::int64_t OperationArguments::integer(std::string_view name, std::int64_t otherwise) const {
  return has(name) ? integer(name) : otherwise;
}

std::vector<std::int64_t> OperationArguments::integers(std::string_view name) const {
  const Value& given = value(name);
  if (given.is_int()) return {given.as_int()};
  const List* elements = elements_of(given);
  if (elements == nullptr) reject(name, "an integer or several");
  std::vector<std::int64_t> all;
  for (const Value& each : *elements) {
    if (!each.is_int()) reject(name, "integers");
    all.push_back(each.as_int());
  }
  return all;
}

Axes OperationArguments::axes(std::string_view name) const {
  if (!has(name)) return {};
  std::vector<int> all;
  for (const std::int64_t axis : integers(name)) all.push_back(static_cast<int>(axis));
  if (all.empty()) reject(name, "an axis at least");
  return Axes(all);
}

std::string OperationArguments::text(std::string_view name) const {
  const Value& given = value(name);
  if (!given.is_string()) reject(name, "a text");
  return given.as_string();
}

DType OperationArguments::dtype(DType otherwise) const {
  return has("dtype") ? dtype_from_name(text("dtype")) : otherwise;
}

}  // namespace linnet
