// Handle: where an API takes "a loss", it takes an object of any class derived from Base, a shared pointer, or a name.
#pragma once

#include <concepts>
#include <memory>
#include <string>
#include <utility>

#include "linnet/base/check.h"

#pragma GCC visibility push(default)
namespace linnet {

/// Base must have a static `std::shared_ptr<Base> get(std::string_view name)` that throws for unknown names. Copies and
/// ends of handles, of which the options of a layer hold many, are compiled once, in the library.
///   Handle<Loss> by_object = MeanSquaredError(), by_name = "mse";
///   by_name->call(tensor({{0, 1}}), tensor({{2, 1}}));  // -> {2}
template <class Base>
class Handle {
 public:
  Handle() = default;  // none
  Handle(std::nullptr_t) {}
  template <std::derived_from<Base> Derived>
  Handle(Derived object) : object_(std::make_shared<Derived>(std::move(object))) {}
  template <class Derived>
  requires std::convertible_to<Derived*, Base*> Handle(std::shared_ptr<Derived> object) : object_(std::move(object)) {}
  Handle(const char* name);
  Handle(const std::string& name);
  Handle(const Handle&);
  Handle(Handle&&) noexcept;
  Handle& operator=(const Handle&);
  Handle& operator=(Handle&&) noexcept;
  ~Handle();

  explicit operator bool() const { return object_ != nullptr; }
  Base* operator->() const { return object_.get(); }
  Base& operator*() const { return *object_; }
  const std::shared_ptr<Base>& pointer() const { return object_; }

 private:
  std::shared_ptr<Base> object_;
};

template <class Base>
Handle<Base>::Handle(const char* name) : object_(Base::get(name)) {}
template <class Base>
Handle<Base>::Handle(const std::string& name) : object_(Base::get(name)) {}
template <class Base>
Handle<Base>::Handle(const Handle&) = default;
template <class Base>
Handle<Base>::Handle(Handle&&) noexcept = default;
template <class Base>
Handle<Base>& Handle<Base>::operator=(const Handle&) = default;
template <class Base>
Handle<Base>& Handle<Base>::operator=(Handle&&) noexcept = default;
template <class Base>
Handle<Base>::~Handle() = default;

}  // namespace linnet
#pragma GCC visibility pop
