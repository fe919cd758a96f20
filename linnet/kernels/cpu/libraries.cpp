#include "linnet/kernels/cpu/libraries.h"

#include <dlfcn.h>
#include <oneapi/dnnl/dnnl.h>

#include <string>

#include "hwy/highway.h"
#include "linnet/base/check.h"
#include "linnet/kernels/cpu/instruction_sets.h"

namespace linnet::kernels::cpu {
namespace {

void* load(const std::string& name, int version) {
  const std::string file = name + ".so." + std::to_string(version);
  void* library = dlopen(file.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (library == nullptr)
    fail<FileError>("[linnet] expected the library ", file, ", received \"", dlerror(), "\"; install Debian's package ",
                    name, version, ", or name the library's folder in LD_LIBRARY_PATH");
  return library;
}

template <class Function>
Function* function_of(void* library, const char* name) {
  void* symbol = dlsym(library, name);
  if (symbol == nullptr)
    fail<FileError>("[linnet] expected the function ", name, " in a library of the kernels; there is none");
  return reinterpret_cast<Function*>(symbol);
}

void* load_onednn() {
  void* library = load("libdnnl", DNNL_VERSION_MAJOR);
  auto limit = [&](dnnl_cpu_isa_t isa) {
    function_of<decltype(dnnl_set_max_cpu_isa)>(library, "dnnl_set_max_cpu_isa")(isa);
  };
  switch (best_instruction_set()) {
    case InstructionSet::baseline:  // less it has not
    case InstructionSet::sse4: limit(dnnl_cpu_isa_sse41); break;
    case InstructionSet::avx2: limit(dnnl_cpu_isa_avx2); break;
    case InstructionSet::avx512: limit(dnnl_cpu_isa_avx512_core); break;
    case InstructionSet::all: break;
  }
  return library;
}

/// The functions that HWY_DYNAMIC_DISPATCH calls; in C++ their names in the library hold the types of their arguments.
struct Highway {
  void* library = load("libhwy", HWY_MAJOR);
  decltype(hwy::GetChosenTarget)* chosen_target =
      function_of<decltype(hwy::GetChosenTarget)>(library, "_ZN3hwy15GetChosenTargetEv");
  decltype(hwy::SupportedTargets)* supported_targets =
      function_of<decltype(hwy::SupportedTargets)>(library, "_ZN3hwy16SupportedTargetsEv");

  Highway() {
    auto disable = [&](std::int64_t targets) {
      function_of<decltype(hwy::DisableTargets)>(library, "_ZN3hwy14DisableTargetsEl")(targets);
    };
    // A better target is a lower bit.
    switch (best_instruction_set()) {
      case InstructionSet::baseline: disable(~std::int64_t{0}); break;
      case InstructionSet::sse4: disable(HWY_SSE4 - 1); break;
      case InstructionSet::avx2: disable(HWY_AVX2 - 1); break;
      case InstructionSet::avx512: disable(HWY_AVX3 - 1); break;
      case InstructionSet::all: break;
    }
  }
};

const Highway& highway() {
  static const Highway instance;
  return instance;
}

}  // namespace

void* onednn_symbol(const char* name) {
  static void* const library = load_onednn();
  return dlsym(library, name);
}

void* openmp_symbol(const char* name) {
  // Another OpenMP that the program brought along is what oneDNN uses as well.
  void* symbol = dlsym(RTLD_DEFAULT, name);
  return symbol != nullptr ? symbol : onednn_symbol(name);
}

}  // namespace linnet::kernels::cpu

// What libhwy would define if it were linked.
namespace hwy {

ChosenTarget& GetChosenTarget() { return linnet::kernels::cpu::highway().chosen_target(); }
std::int64_t SupportedTargets() { return linnet::kernels::cpu::highway().supported_targets(); }

}  // namespace hwy
