#include "linnet/kernels/cpu/instruction_sets.h"

#include <cstdlib>
#include <string_view>

#include "linnet/base/check.h"
#include "linnet/base/warning.h"

namespace linnet::kernels::cpu {

InstructionSet best_instruction_set() {
  const char* text = std::getenv("LINNET_MAX_CPU_ISA");
  if (text == nullptr || *text == '\0') return InstructionSet::all;
  const std::string_view name = text;
  if (name == "baseline") return InstructionSet::baseline;
  if (name == "sse4") return InstructionSet::sse4;
  if (name == "avx2") return InstructionSet::avx2;
  if (name == "avx512") return InstructionSet::avx512;
  warn(concat("[LINNET_MAX_CPU_ISA] expected baseline, sse4, avx2 or avx512, received \"", name,
              "\", which limits nothing"));
  return InstructionSet::all;
}

}  // namespace linnet::kernels::cpu
