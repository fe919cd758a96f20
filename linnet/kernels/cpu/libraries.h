// The libraries behind the fast kernels, oneDNN and Highway's, are not linked but loaded by the first call: oneDNN has
// 38,000 addresses to relocate and brings OpenMP and OpenCL, Highway measures a timer, and together this would take
// most of the time of a short command (docs/notes/start_up.md). Both keep to LINNET_MAX_CPU_ISA.
#pragma once

namespace linnet::kernels::cpu {

/// The address of a function of oneDNN, or of a library that it needs; null if there is none. Loads oneDNN; throws
/// FileError, naming Debian's package, if that fails.
void* onednn_symbol(const char* name);
/// The address of a function of the OpenMP that oneDNN uses; null if there is none.
void* openmp_symbol(const char* name);

}  // namespace linnet::kernels::cpu
