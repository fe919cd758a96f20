// LINNET_MAX_CPU_ISA: the best instruction set that the kernels may use, to see what another processor would compute.
#pragma once

namespace linnet::kernels::cpu {

enum class InstructionSet { baseline, sse4, avx2, avx512, all };

/// What LINNET_MAX_CPU_ISA says: "baseline" (plain code on x86-64, NEON on aarch64), "sse4", "avx2" or "avx512"; `all`
/// without it, and with a warning for another text.
InstructionSet best_instruction_set();

}  // namespace linnet::kernels::cpu
