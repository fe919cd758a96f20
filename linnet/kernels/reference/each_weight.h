// The loop of all optimizers.
#pragma once

#include <span>

#include "linnet/kernels/reference/loop.h"
#include "linnet/kernels/reference/reference.h"

namespace linnet::kernels::reference {

/// Calls update(value, gradient, slot 0, slot 1, slot 2) for every element of every parameter; elements are in their
/// compute type and written back afterwards. A slot that does not exist reads as 0.
template <class Update>
void for_each_weight(std::span<const Parameter> parameters, Update update) {
  for (const Parameter& parameter : parameters)
    dispatch_floating(parameter.value.dtype, [&](auto zero) {
      using T = decltype(zero);
      using C = Compute<T>;
      const std::int64_t n = parameter.value.size();
      T* value = parameter.value.as<T>();
      const T* gradient = parameter.gradient.as<T>();
      for (std::int64_t i = 0; i < n; ++i) {
        C w = value[i], slot[3] = {};
        for (int s = 0; s < 3; ++s)
          if (parameter.slots[s].data) slot[s] = parameter.slots[s].as<T>()[i];
        update(w, static_cast<C>(gradient[i]), slot[0], slot[1], slot[2]);
        value[i] = static_cast<T>(w);
        for (int s = 0; s < 3; ++s)
          if (parameter.slots[s].data) parameter.slots[s].as<T>()[i] = static_cast<T>(slot[s]);
      }
    });
}

}  // namespace linnet::kernels::reference
