// Where the global sequence of random streams stands, to go on from there in another process. Internal; base/random.h
// has the rest.
#pragma once

#include <cstdint>

namespace linnet {

struct RandomState {
  std::uint64_t seed = 0;
  std::uint64_t next_stream = 0;
};
/// What set_random_seed() and the draws since then have made of it.
RandomState random_state();
void set_random_state(const RandomState& state);

}  // namespace linnet
